package dev.jora.backend.cuda;

import dev.jora.backend.Attention;
import dev.jora.backend.Experts;
import dev.jora.backend.Gate;
import dev.jora.backend.Norm;
import dev.jora.backend.Product;
import dev.jora.backend.Rope;
import dev.jora.backend.Rows;
import dev.jora.backend.Runs;
import dev.jora.backend.Weight;
import java.util.List;
import java.util.function.Predicate;

/**
 * Operations that are one kernel with what comes next: such a one waits until that is known. A norm
 * or attention rounds what it makes if a product reads it; a product is added where it is to be
 * added; gate and up meet where they are made; heads are normalised, turned and stored at once.
 * Each leaves the same numbers everywhere as operation by operation.
 */
final class CudaJoins {
  private sealed interface Waiting {}

  private record Normed(Norm norm, CudaBuffer x, int n, CudaBuffer out) implements Waiting {}

  private record Multiplied(List<Product> products, CudaInput input, Rows rows)
      implements Waiting {}

  private record Attended(CudaPass pass, int layer, Attention a, CudaBuffer q, CudaBuffer out)
      implements Waiting {}

  private record Mixed(CudaMixture.Sum sum) implements Waiting {}

  /** {@link #heads} has something. */
  private record Headed() implements Waiting {}

  private final CudaNorms norms;
  private final CudaProducts products;
  private final CudaRounding rounding;
  private final CudaValues values;
  private final CudaMixture mixture;
  private final CudaSequences sequences;
  private final CudaHeads heads;
  private Waiting waiting; // or null

  CudaJoins(
      CudaDevice device,
      CudaProducts products,
      CudaRounding rounding,
      CudaValues values,
      CudaMixture mixture,
      CudaSequences sequences) {
    this.norms = new CudaNorms(device);
    this.products = products;
    this.rounding = rounding;
    this.values = values;
    this.mixture = mixture;
    this.sequences = sequences;
    this.heads = new CudaHeads(device);
  }

  /** Gives what waits to the device: something comes that goes with nothing. */
  void settle() {
    issue();
    rounding.forget();
  }

  private void issue() {
    Waiting w = waiting;
    waiting = null;
    switch (w) {
      case null -> {}
      case Normed one -> norms.normalise(one.norm(), one.x(), one.n(), one.out());
      case Multiplied one -> multiply(one, CudaAddition.NONE);
      case Attended one -> attend(one, CudaInput.plain(one.out()));
      case Mixed one -> mixture.sum(one.sum(), CudaAddition.NONE);
      case Headed _ -> heads.issue();
    }
  }

  // ---- what makes rows ---------------------------------------------------------------------

  void normalise(Norm norm, CudaBuffer x, int n, CudaBuffer out) {
    settle();
    waiting = new Normed(norm, x, n, out);
  }

  void attend(CudaPass pass, int layer, Attention a, CudaBuffer q, CudaBuffer out) {
    settle();
    waiting = new Attended(pass, layer, a, q, out);
  }

  private void attend(Attended w, CudaInput out) {
    sequences.attend(w.pass(), w.layer(), w.a(), w.q(), out);
  }

  // ---- what reads them ---------------------------------------------------------------------

  void multiply(List<Product> all, CudaBuffer x, Rows rows) {
    CudaInput input = input(x, rows.count(), CudaProducts.isRounded(all));
    all.forEach(product -> rounding.written(CudaBuffer.of(product.out())));
    waiting = new Multiplied(List.copyOf(all), input, rows);
  }

  void experts(Experts e, CudaBuffer routed, CudaBuffer x, Rows rows, CudaBuffer out) {
    boolean roundsX = isQuantized(e.up()) || isQuantized(e.gate());
    boolean roundsRouted = isQuantized(e.routing().router());
    boolean same = routed.isSameRows(x);
    CudaInput first = input(routed, rows.count(), roundsRouted || same && roundsX);
    CudaMixture.Chosen chosen = mixture.route(e.routing(), first, rows);
    CudaInput own = same ? first : input(x, rows.count(), roundsX); // rounded where first was
    rounding.written(out);
    waiting = new Mixed(mixture.run(e, chosen, own, rows, out));
    if (rows.single() < rows.count()) {
      issue();
    }
  }

  private static boolean isQuantized(Weight weight) {
    return weight != null && CudaWeight.of(weight).isQuantized();
  }

  /** What products read, which whoever makes these rows may round; nothing waits any more. */
  private CudaInput input(CudaBuffer x, int n, boolean rounded) {
    if (rounded) {
      switch (waiting) {
        case Normed w
            when w.out().isSameRows(x) && w.n() == n && CudaNorms.isPlain(w.x(), w.out()) -> {
          waiting = null;
          CudaInput room = rounding.room(x, n);
          norms.normalise(w.norm(), w.x(), n, w.out(), room, CudaAddition.NONE);
          return room;
        }
        case Attended w
            when w.out().isSameRows(x) && w.pass().rows() == n && CudaRounding.isPlain(x) -> {
          waiting = null;
          CudaInput room = rounding.room(x, n);
          attend(w, room);
          return room;
        }
        case null, default -> {}
      }
    }
    issue();
    return rounded ? rounding.of(x, n) : CudaInput.plain(x);
  }

  private void multiply(Multiplied w, CudaAddition addition) {
    products.multiply(w.products(), w.input(), w.rows(), addition);
  }

  // ---- what comes behind products ----------------------------------------------------------

  void add(CudaBuffer x, int n, float scale, CudaBuffer out) {
    CudaAddition addition = new CudaAddition(out, scale);
    switch (waiting) {
      case Normed w
          when w.out().isSameRows(x)
              && w.n() == n
              && !out.overlaps(w.out())
              && CudaNorms.isPlain(w.x(), w.out())
              && CudaRounding.isPlain(out) -> {
        waiting = null;
        norms.normalise(w.norm(), w.x(), n, w.out(), CudaInput.plain(w.out()), addition);
      }
      case Multiplied w when isOf(w, x, n) && !out.overlaps(w.input().x()) -> {
        waiting = null;
        multiply(w, addition);
      }
      case Mixed(CudaMixture.Sum sum) when sum.out().isSameRows(x) && sum.out().rows() == n -> {
        waiting = null;
        mixture.sum(sum, addition);
      }
      case null, default -> {
        issue();
        values.add(x, n, scale, out);
      }
    }
    rounding.forget();
  }

  /** True if x is the only thing that is made, of rows that are drawn. */
  private static boolean isOf(Multiplied w, CudaBuffer x, int n) {
    return w.products().size() == 1
        && isDrawn(w, n)
        && CudaBuffer.of(w.products().getFirst().out()).isSameRows(x);
  }

  private static boolean isDrawn(Multiplied w, int n) {
    return w.rows().count() == n && w.rows().single() == n;
  }

  void glu(Gate f, CudaBuffer gate, CudaBuffer up, int n) {
    if (waiting instanceof Multiplied w && isDrawn(w, n) && w.products().size() == 2) {
      List<Product> pair = w.products();
      if (CudaBuffer.of(pair.get(0).out()).isSameRows(up)) {
        pair = pair.reversed();
      }
      if (CudaBuffer.of(pair.get(0).out()).isSameRows(gate)
          && CudaBuffer.of(pair.get(1).out()).isSameRows(up)
          && CudaVectors.isPair(pair.get(0), pair.get(1))
          && n == 1) {
        waiting = null;
        products.multiplyGated(pair, w.input(), n, f);
        rounding.forget();
        return;
      }
    }
    settle();
    values.glu(f, gate, up, n);
  }

  // ---- heads -------------------------------------------------------------------------------

  void normaliseRuns(Norm norm, Runs x, int n) {
    if (CudaHeads.isNarrow(x)) {
      collect(h -> h.normalise(norm, x, n));
    } else {
      settle();
      norms.normaliseRuns(norm, x, n);
    }
  }

  void rotate(CudaPass pass, Rope rope, Runs x) {
    collect(h -> h.rotate(pass, rope, x));
  }

  void store(CudaPass pass, int layer, CudaBuffer k, CudaBuffer v) {
    collect(h -> h.store(pass, layer, k, v));
  }

  private void collect(Predicate<CudaHeads> take) {
    if (!(waiting instanceof Headed)) {
      settle();
    }
    if (!take.test(heads)) {
      heads.issue();
      if (!take.test(heads)) {
        throw new IllegalArgumentException("heads that lie in each other");
      }
    }
    waiting = new Headed();
  }
}
