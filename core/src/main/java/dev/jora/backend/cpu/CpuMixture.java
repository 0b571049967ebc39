package dev.jora.backend.cpu;

import dev.jora.backend.Experts;
import dev.jora.backend.Gate;
import dev.jora.backend.Product;
import dev.jora.backend.Routing;
import dev.jora.backend.Rows;
import dev.jora.backend.Weight;
import dev.jora.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Mixtures of experts: rows are grouped by expert, so that each expert's weights are read once for
 * all rows that chose it, and those of the others not at all. What experts add is summed in the
 * order of their numbers.
 */
final class CpuMixture implements AutoCloseable {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final Kernels kernels;
  private final CpuThreads threads;
  private final CpuProducts products;
  private final Scratch[] scratch = {new Scratch(), new Scratch(), new Scratch(), new Scratch()};

  CpuMixture(Kernels kernels, CpuThreads threads, CpuProducts products) {
    this.kernels = kernels;
    this.threads = threads;
    this.products = products;
  }

  /** out = the mixture of x. */
  void run(Experts experts, CpuBuffer x, Rows rows, CpuBuffer out) {
    int n = rows.count();
    int width = CpuWeight.of(experts.gate()).outputs();
    Routing routing = experts.routing();
    int used = routing.used();
    CpuBuffer logits = buffer(0, n, experts.count());
    Product router = new Product(routing.router(), routing.bias(), logits);
    products.multiply(List.of(router), 0, x, rows);
    int[][] chosen = new int[n][used];
    float[][] weights = new float[n][used];
    for (int i = 0; i < n; i++) {
      CpuRouter.route(routing, logits.data(), logits.row(i), chosen[i], weights[i]);
      out.data().asSlice(out.row(i), 4L * out.cols()).fill((byte) 0);
    }
    int[] index = new int[n];
    float[] factors = new float[n];
    for (int e = 0; e < experts.count(); e++) {
      int m = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < used; j++) {
          if (chosen[i][j] == e) {
            index[m] = i;
            factors[m++] = weights[i][j];
          }
        }
      }
      if (m == 0) {
        continue;
      }
      CpuBuffer in = buffer(0, m, x.cols());
      CpuBuffer gate = buffer(1, m, width);
      CpuBuffer up = buffer(2, m, width);
      CpuBuffer down = buffer(3, m, out.cols());
      for (int i = 0; i < m; i++) {
        MemorySegment.copy(x.data(), x.row(index[i]), in.data(), in.row(i), 4L * x.cols());
      }
      Rows some = rows.choose(index, m);
      Product gateProduct = product(experts.gate(), experts.gateBias(), e, gate);
      Product upProduct = product(experts.up(), experts.upBias(), e, up);
      products.multiply(List.of(gateProduct, upProduct), e, in, some);
      meet(experts.activation(), gate, up, m);
      Product downProduct = product(experts.down(), experts.downBias(), e, down);
      products.multiply(List.of(downProduct), e, gate, some);
      for (int i = 0; i < m; i++) {
        kernels.addScaled(
            down.data(), down.row(i), out.cols(), factors[i], out.data(), out.row(index[i]));
      }
    }
  }

  /** gate = what gate and up make together. */
  void meet(Gate f, CpuBuffer gate, CpuBuffer up, int n) {
    int width = gate.cols();
    threads.rows(
        n,
        width,
        i -> {
          if (!f.isPlain()) {
            limit(f, gate, up, i);
          }
          kernels.glu(f.activation(), gate.data(), gate.row(i), up.data(), up.row(i), width);
        });
  }

  private static void limit(Gate f, CpuBuffer gate, CpuBuffer up, int row) {
    float most = f.limit() == 0 ? Float.POSITIVE_INFINITY : f.limit();
    for (int j = 0; j < gate.cols(); j++) {
      long g = gate.row(row) + 4L * j;
      long u = up.row(row) + 4L * j;
      gate.data().set(FLOAT, g, Math.min(Finite.orNaN(gate.data().get(FLOAT, g)), most));
      float value = Math.clamp(Finite.orNaN(up.data().get(FLOAT, u)), -most, most);
      up.data().set(FLOAT, u, value + f.bias());
    }
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
