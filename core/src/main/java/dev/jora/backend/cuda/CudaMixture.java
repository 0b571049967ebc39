package dev.jora.backend.cuda;

import dev.jora.backend.Experts;
import dev.jora.backend.Product;
import dev.jora.backend.Routing;
import dev.jora.backend.Rows;
import java.util.ArrayList;
import java.util.List;

/** Mixtures of experts: the device chooses, and reads the matrices of those chosen. */
final class CudaMixture implements AutoCloseable {
  private final CudaDevice device;
  private final CudaProducts products;
  private final CudaValues values;
  private final List<CudaScratch> scratch = new ArrayList<>();

  CudaMixture(CudaDevice device, CudaProducts products, CudaValues values) {
    this.device = device;
    this.products = products;
    this.values = values;
    for (int i = 0; i < 8; i++) {
      scratch.add(new CudaScratch(device));
    }
  }

  private CudaBuffer buffer(int use, int rows, int cols) {
    return new CudaBuffer(scratch.get(use).atLeast(4L * rows * cols), rows, cols, cols);
  }

  /** out = the mixture of x, experts being chosen by {@code routed}. */
  void run(Experts experts, CudaBuffer routed, CudaBuffer x, Rows rows, CudaBuffer out) {
    int n = rows.count();
    int used = experts.routing().used();
    CudaBuffer chosen = buffer(0, n, used);
    CudaBuffer weights = buffer(1, n, used);
    route(experts.routing(), routed, rows, chosen, weights);
    int single = rows.single();
    if (single > 0) {
      CudaProducts.Choice choice = new CudaProducts.Choice(chosen.address(), 0, used, 1);
      run(experts, choice, weights, x, single, out);
    }
    if (n > single) {
      CudaBuffer own = chosen.rows(single, n - single);
      CudaProducts.Choice choice = group(own, experts.count());
      CudaBuffer factors = weights.rows(single, n - single);
      CudaBuffer to = out.rows(single, n - single);
      run(experts, choice, factors, x.rows(single, n - single), n - single, to);
    }
  }

  private void run(
      Experts experts,
      CudaProducts.Choice choice,
      CudaBuffer weights,
      CudaBuffer x,
      int n,
      CudaBuffer out) {
    int columns = n * choice.slots();
    int width = Math.toIntExact(experts.down().shape().ne0());
    int inner = Math.toIntExact(experts.up().shape().ne1());
    List<Product> first = new ArrayList<>();
    CudaBuffer made = buffer(2, columns, inner);
    first.add(new Product(experts.up(), experts.upBias(), made));
    CudaBuffer gate = made.columns(0, width);
    if (experts.gate() != null) {
      gate = buffer(3, columns, width);
      first.add(new Product(experts.gate(), experts.gateBias(), gate));
    }
    products.multiplyChosen(first, x, columns, choice);
    if (experts.gate() != null) {
      values.glu(experts.activation(), gate, made, columns);
    } else if (inner > width) {
      values.glu(experts.activation(), gate, made.columns(width, width), columns);
    } else {
      values.activate(experts.activation().activation(), gate, columns);
    }
    CudaBuffer added = buffer(4, columns, out.cols());
    Product down = new Product(experts.down(), experts.downBias(), added);
    products.multiplyChosen(List.of(down), gate, columns, choice.withSlots(1));
    Params p = device.params().pointer(added.address()).pointer(weights.address());
    p.pointer(out.address()).integer(choice.slots()).integer(out.cols()).integer(out.stride());
    device.launch("experts", "combine", Grid.of(Math.ceilDiv(out.cols(), 256), n), 256, 0, p);
  }

  /** Columns by the experts that they chose. */
  private CudaProducts.Choice group(CudaBuffer chosen, int experts) {
    int columns = chosen.rows() * chosen.cols();
    long starts = buffer(6, 1, experts + 1).address();
    long order = buffer(7, 1, columns).address();
    Params p = device.params().pointer(chosen.address()).pointer(starts).pointer(order);
    p.integer(columns).integer(experts);
    device.launch("experts", "group", Grid.of(1), 256, 4 * (experts + 1), p);
    return new CudaProducts.Choice(starts, order, chosen.cols(), experts);
  }

  private void route(Routing r, CudaBuffer x, Rows rows, CudaBuffer chosen, CudaBuffer weights) {
    int n = rows.count();
    CudaBuffer logits = buffer(5, n, r.experts());
    products.multiply(List.of(new Product(r.router(), r.bias(), logits)), x, rows);
    Params p = device.params().pointer(logits.address());
    p.pointer(CudaWeight.floats(r.selectionBias())).pointer(CudaWeight.floats(r.factors()));
    p.pointer(chosen.address()).pointer(weights.address());
    p.integer(logits.stride()).integer(r.experts()).integer(r.used());
    p.integer(r.groups()).integer(r.usedGroups()).integer(r.gating().ordinal());
    p.integer(r.normalise() ? 1 : 0).real(r.scale());
    int shared = 4 * (2 * r.experts() + r.groups());
    device.launch("experts", "route", Grid.of(n), 32, shared, p);
  }

  @Override
  public void close() {
    scratch.forEach(CudaScratch::close);
  }
}
