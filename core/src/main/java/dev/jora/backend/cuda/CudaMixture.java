package dev.jora.backend.cuda;

import dev.jora.backend.Experts;
import dev.jora.backend.Gate;
import dev.jora.backend.Product;
import dev.jora.backend.Routing;
import dev.jora.backend.Rows;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Mixtures of experts: the device chooses, and reads the matrices of those chosen. */
final class CudaMixture implements AutoCloseable {
  /** What scratch memory is for. */
  private enum Use {
    LOGITS,
    CHOSEN,
    WEIGHTS,
    STARTS,
    ORDER,
    GATE,
    UP,
    ADDED
  }

  /** Bytes of shared memory that all devices have for a block. */
  private static final int GROUPING = 48 << 10;

  private final CudaDevice device;
  private final CudaProducts products;
  private final CudaValues values;
  private final CudaAdapters adapters;
  private final CudaRounding rounding; // of what experts make
  private final Map<Use, CudaScratch> scratch = new EnumMap<>(Use.class);

  CudaMixture(CudaDevice device, CudaProducts products, CudaValues values, CudaAdapters adapters) {
    this.device = device;
    this.products = products;
    this.values = values;
    this.adapters = adapters;
    this.rounding = new CudaRounding(device, values);
    for (Use use : Use.values()) {
      scratch.put(use, new CudaScratch(device));
    }
  }

  private CudaBuffer buffer(Use use, int rows, int cols) {
    return new CudaBuffer(scratch.get(use).atLeast(4L * rows * cols), rows, cols, cols);
  }

  /** A sum over experts that is still to be made. */
  record Sum(CudaBuffer added, CudaBuffer weights, CudaBuffer out) {}

  /** Experts that rows chose, and what each counts. */
  record Chosen(CudaBuffer experts, CudaBuffer weights) {}

  /**
   * All of a mixture but its last sum.
   *
   * @return what {@link #sum} makes the last rows of out of
   */
  Sum run(Experts experts, Chosen chosen, CudaInput x, Rows rows, CudaBuffer out) {
    int n = rows.count();
    int used = experts.routing().used();
    int single = rows.single();
    Sum sum = null;
    if (single > 0) {
      CudaChoice choice = new CudaChoice(chosen.experts().address(), 0, used, 1);
      sum = run(experts, choice, chosen.weights().rows(0, single), x, out.rows(0, single));
    }
    int most = mostRows(used);
    for (int from = single, read; from < n; from += read) {
      read = Math.min(n - from, most);
      if (sum != null) {
        sum(sum, CudaAddition.NONE);
      }
      CudaChoice choice = group(chosen.experts().rows(from, read), experts.count());
      CudaBuffer weights = chosen.weights().rows(from, read);
      sum = run(experts, choice, weights, x.rows(from, read), out.rows(from, read));
    }
    return sum;
  }

  /** Rows that are read together: each of their columns is a block in y somewhere. */
  static int mostRows(int used) {
    return Math.max(1, Grid.MOST / used);
  }

  private Sum run(
      Experts experts, CudaChoice choice, CudaBuffer weights, CudaInput x, CudaBuffer out) {
    int columns = out.rows() * choice.slots();
    int width = Math.toIntExact(experts.down().shape().ne0());
    int inner = Math.toIntExact(experts.up().shape().ne1());
    Gate activation = experts.activation();
    CudaBuffer made = buffer(Use.UP, columns, inner);
    Product up = new Product(experts.up(), experts.upBias(), made);
    CudaBuffer gate = made.columns(0, width);
    if (experts.gate() != null) {
      gate = buffer(Use.GATE, columns, width);
      Product gated = new Product(experts.gate(), experts.gateBias(), gate);
      boolean adapted = CudaAdapters.adds(experts.gate()) || CudaAdapters.adds(experts.up());
      Gate joined = adapted ? null : activation;
      if (!products.multiplyChosen(List.of(gated, up), x, columns, choice, joined)) {
        adapters.addChosen(experts.gate(), x.x(), columns, choice, gate);
        adapters.addChosen(experts.up(), x.x(), columns, choice, made);
        values.glu(activation, gate, made, columns);
      }
    } else {
      products.multiplyChosen(List.of(up), x, columns, choice, null);
      adapters.addChosen(experts.up(), x.x(), columns, choice, made);
      if (inner > width) {
        values.glu(activation, gate, made.columns(width, width), columns);
      } else {
        values.activate(activation.activation(), gate, columns);
      }
    }
    CudaBuffer added = buffer(Use.ADDED, columns, out.cols());
    List<Product> down = List.of(new Product(experts.down(), experts.downBias(), added));
    rounding.forget();
    CudaInput input =
        CudaProducts.isRounded(down) ? rounding.of(gate, columns) : CudaInput.plain(gate);
    products.multiplyChosen(down, input, columns, choice.withSlots(1), null);
    adapters.addChosen(experts.down(), gate, columns, choice.withSlots(1), added);
    return new Sum(added, weights, out);
  }

  /** Makes it, and adds it to other rows. */
  void sum(Sum s, CudaAddition addition) {
    CudaBuffer out = s.out();
    Params p = device.params().pointer(s.added().address()).pointer(s.weights().address());
    p.pointer(out.address()).pointer(addition.address());
    p.integer(s.weights().cols()).integer(out.cols()).integer(out.stride());
    p.integer(addition.stride()).real(addition.scale());
    Grid grid = Grid.of(Math.ceilDiv(out.cols(), 256), out.rows());
    device.launch("experts", "combine", grid, 256, 0, p);
  }

  /** Columns by the experts that they chose. */
  private CudaChoice group(CudaBuffer chosen, int experts) {
    int columns = chosen.rows() * chosen.cols();
    long starts = buffer(Use.STARTS, 1, experts + 1).address();
    long order = buffer(Use.ORDER, 1, columns).address();
    Params p = device.params().pointer(chosen.address()).pointer(starts).pointer(order);
    p.integer(columns).integer(experts);
    int warps = Math.clamp(GROUPING / (4 * experts) - 1, 1, 8);
    int shared = 4 * experts * (warps + 1);
    device.launch("experts", "group", Grid.of(1), 32 * warps, shared, p);
    return new CudaChoice(starts, order, chosen.cols(), experts);
  }

  /** Has rows choose. */
  Chosen route(Routing r, CudaInput x, Rows rows) {
    int n = rows.count();
    CudaBuffer chosen = buffer(Use.CHOSEN, n, r.used());
    CudaBuffer weights = buffer(Use.WEIGHTS, n, r.used());
    CudaBuffer logits = buffer(Use.LOGITS, n, r.experts());
    List<Product> router = List.of(new Product(r.router(), r.bias(), logits));
    products.multiply(router, x, rows, CudaAddition.NONE);
    adapters.add(router, x.x(), rows);
    Params p = device.params().pointer(logits.address());
    p.pointer(CudaWeight.floats(r.selectionBias())).pointer(CudaWeight.floats(r.factors()));
    p.pointer(chosen.address()).pointer(weights.address());
    p.integer(logits.stride()).integer(r.experts()).integer(r.used());
    p.integer(r.groups()).integer(r.usedGroups()).integer(r.gating().ordinal());
    p.integer(r.normalise() ? 1 : 0).real(r.scale());
    int shared = 4 * (2 * r.experts() + r.groups());
    device.launch("experts", "route", Grid.of(n), 32, shared, p);
    return new Chosen(chosen, weights);
  }

  @Override
  public void close() {
    rounding.close();
    scratch.values().forEach(CudaScratch::close);
  }
}
