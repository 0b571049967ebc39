package dev.jora.backend.cpu;

import dev.jora.backend.Experts;
import dev.jora.backend.Product;
import dev.jora.backend.Rows;
import dev.jora.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Mixtures of experts: rows are grouped by expert, so that each expert's weights are read once for
 * all rows that chose it, and those of the others not at all. What experts add is summed in the
 * order of their numbers.
 */
final class CpuMixture implements AutoCloseable {
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
    CpuBuffer logits = buffer(0, n, experts.count());
    products.multiply(List.of(new Product(experts.router(), null, logits)), 0, x, rows);
    int[][] chosen = new int[n][experts.used()];
    float[][] weights = new float[n][experts.used()];
    for (int i = 0; i < n; i++) {
      CpuExperts.route(experts, logits.data(), logits.row(i), chosen[i], weights[i]);
      out.data().asSlice(out.row(i), 4L * out.cols()).fill((byte) 0);
    }
    int[] index = new int[n];
    float[] factors = new float[n];
    for (int e = 0; e < experts.count(); e++) {
      int m = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < experts.used(); j++) {
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
      Product gateProduct = new Product(CpuWeight.of(experts.gate()).expert(e), null, gate);
      Product upProduct = new Product(CpuWeight.of(experts.up()).expert(e), null, up);
      products.multiply(List.of(gateProduct, upProduct), e, in, some);
      threads.rows(
          m,
          width,
          i ->
              kernels.glu(
                  experts.activation(), gate.data(), gate.row(i), up.data(), up.row(i), width));
      Product downProduct = new Product(CpuWeight.of(experts.down()).expert(e), null, down);
      products.multiply(List.of(downProduct), e, gate, some);
      for (int i = 0; i < m; i++) {
        kernels.addScaled(
            down.data(), down.row(i), out.cols(), factors[i], out.data(), out.row(index[i]));
      }
    }
  }

  private CpuBuffer buffer(int use, int rows, int cols) {
    return new CpuBuffer(scratch[use].atLeast(4L * rows * cols), rows, cols);
  }

  @Override
  public void close() {
    for (Scratch s : scratch) {
      s.close();
    }
  }
}
