package dev.jora.backend.cpu;

import dev.jora.backend.Experts;
import dev.jora.backend.Gate;
import dev.jora.backend.Product;
import dev.jora.backend.Routing;
import dev.jora.backend.Rows;
import dev.jora.backend.Weight;
import dev.jora.kernel.Activation;
import dev.jora.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Mixtures of experts: rows are grouped by expert, so that each expert's weights are read once for
 * all rows that chose it, and those of the others not at all. Experts of few rows run side by side.
 * What experts add is summed in the order of their numbers.
 */
final class CpuMixture implements AutoCloseable {
  /** Rows that experts side by side have together: one with more keeps all threads busy. */
  private static final int SIDE_BY_SIDE = 64;

  private final Kernels kernels;
  private final CpuThreads threads;
  private final CpuProducts products;
  private final CpuAdapters adapters;
  private final Scratch[] scratch = {new Scratch(), new Scratch(), new Scratch(), new Scratch()};

  CpuMixture(Kernels kernels, CpuThreads threads, CpuProducts products, CpuAdapters adapters) {
    this.kernels = kernels;
    this.threads = threads;
    this.products = products;
    this.adapters = adapters;
  }

  /**
   * An expert and the rows that chose it.
   *
   * @param index of its rows, ascending
   * @param factors of what it adds to each
   */
  private record Chosen(int expert, int[] index, float[] factors) {
    int rows() {
      return index.length;
    }
  }

  /** out = the mixture of x, {@code routed} being what the router reads. */
  void run(Experts experts, CpuBuffer routed, CpuBuffer x, Rows rows, CpuBuffer out) {
    for (int i = 0; i < rows.count(); i++) {
      out.data().asSlice(out.row(i), 4L * out.cols()).fill((byte) 0);
    }
    List<Chosen> all = choose(experts, routed, rows);
    for (int from = 0, to; from < all.size(); from = to) {
      int count = all.get(from).rows();
      for (to = from + 1; to < all.size() && count + all.get(to).rows() <= SIDE_BY_SIDE; to++) {
        count += all.get(to).rows();
      }
      run(experts, all.subList(from, to), count, x, rows, out);
    }
  }

  private List<Chosen> choose(Experts experts, CpuBuffer x, Rows rows) {
    Routing routing = experts.routing();
    int n = rows.count();
    int used = routing.used();
    CpuBuffer logits = buffer(0, n, experts.count());
    List<Product> router = List.of(new Product(routing.router(), routing.bias(), logits));
    products.multiply(router, x, rows);
    adapters.add(router, x, rows);
    int[][] chosen = new int[n][used];
    float[][] weights = new float[n][used];
    int[] counts = new int[experts.count()];
    for (int i = 0; i < n; i++) {
      CpuRouter.route(routing, logits.data(), logits.row(i), chosen[i], weights[i]);
      for (int e : chosen[i]) {
        counts[e]++;
      }
    }
    Chosen[] byExpert = new Chosen[experts.count()];
    List<Chosen> all = new ArrayList<>();
    for (int e = 0; e < counts.length; e++) {
      if (counts[e] > 0) {
        byExpert[e] = new Chosen(e, new int[counts[e]], new float[counts[e]]);
        all.add(byExpert[e]);
      }
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int j = 0; j < used; j++) {
        Chosen c = byExpert[chosen[i][j]];
        int at = --counts[c.expert()];
        c.index()[at] = i;
        c.factors()[at] = weights[i][j];
      }
    }
    return all;
  }

  /** Some experts side by side, of {@code count} rows together. */
  private void run(
      Experts experts, List<Chosen> some, int count, CpuBuffer x, Rows rows, CpuBuffer out) {
    int width = CpuWeight.of(experts.down()).inputs();
    boolean apart = experts.gate() != null;
    int cols = apart ? width : CpuWeight.of(experts.up()).outputs();
    CpuBuffer in = buffer(0, count, x.cols());
    CpuBuffer first = buffer(1, count, cols);
    CpuBuffer gate = first.columns(0, width); // where what they make together comes to lie
    CpuBuffer up =
        apart ? buffer(2, count, width) : cols > width ? first.columns(width, width) : null;
    CpuBuffer down = buffer(3, count, out.cols());
    List<CpuProducts.Group> inner = new ArrayList<>();
    List<CpuProducts.Group> outer = new ArrayList<>();
    int from = 0;
    for (Chosen c : some) {
      int m = c.rows();
      int e = c.expert();
      for (int i = 0; i < m; i++) {
        long source = x.row(c.index()[i]);
        MemorySegment.copy(x.data(), source, in.data(), in.row(from + i), 4L * x.cols());
      }
      Rows own = rows.choose(c.index(), m);
      CpuBuffer g = gate.rows(from, m);
      List<Product> makers = new ArrayList<>();
      if (apart) {
        makers.add(product(experts.gate(), experts.gateBias(), e, g));
      }
      CpuBuffer u = (apart ? up : first).rows(from, m);
      makers.add(product(experts.up(), experts.upBias(), e, u));
      inner.add(new CpuProducts.Group(makers, e, in.rows(from, m), own));
      Product downs = product(experts.down(), experts.downBias(), e, down.rows(from, m));
      outer.add(new CpuProducts.Group(List.of(downs), e, g, own));
      from += m;
    }
    products.multiply(inner);
    if (apart) {
      adapt(experts.gate(), some, rows, in, gate);
    }
    adapt(experts.up(), some, rows, in, apart ? up : first);
    if (up == null) {
      activate(experts.activation().activation(), gate, count);
    } else {
      meet(experts.activation(), gate, up, count);
    }
    products.multiply(outer);
    adapt(experts.down(), some, rows, gate, down);
    int row = 0;
    for (Chosen c : some) {
      for (int i = 0; i < c.rows(); i++, row++) {
        long target = out.row(c.index()[i]);
        kernels.addScaled(
            down.data(), down.row(row), out.cols(), c.factors()[i], out.data(), target);
      }
    }
  }

  /** Adds what adapters of a stack make of the rows of some experts. */
  private void adapt(Weight stack, List<Chosen> some, Rows rows, CpuBuffer x, CpuBuffer out) {
    if (stack.adapters().isEmpty()) {
      return;
    }
    List<CpuAdapters.Part> parts = new ArrayList<>();
    int from = 0;
    for (Chosen c : some) {
      int m = c.rows();
      Rows own = rows.choose(c.index(), m);
      parts.add(new CpuAdapters.Part(c.expert(), x.rows(from, m), own, out.rows(from, m)));
      from += m;
    }
    adapters.add(stack, parts);
  }

  /** x = f(x). */
  void activate(Activation f, CpuBuffer x, int n) {
    threads.rows(n, x.cols(), i -> kernels.activate(f, x.data(), x.row(i), x.cols()));
  }

  /** gate = what gate and up make together. */
  void meet(Gate f, CpuBuffer gate, CpuBuffer up, int n) {
    int width = gate.cols();
    threads.rows(
        n,
        width,
        i -> {
          if (!f.isPlain()) {
            float limit = f.limit() == 0 ? Float.POSITIVE_INFINITY : f.limit();
            kernels.limit(gate.data(), gate.row(i), up.data(), up.row(i), width, limit, f.bias());
          }
          kernels.glu(f.activation(), gate.data(), gate.row(i), up.data(), up.row(i), width);
        });
  }

  private CpuBuffer buffer(int use, int rows, int cols) {
    return new CpuBuffer(scratch[use].atLeast(4L * rows * cols), rows, cols);
  }

  private static Product product(Weight stack, Weight bias, int e, CpuBuffer out) {
    CpuWeight own = bias == null ? null : CpuWeight.of(bias).row(e);
    return new Product(CpuWeight.of(stack).matrix(e), own, out);
  }

  @Override
  public void close() {
    for (Scratch s : scratch) {
      s.close();
    }
  }
}
