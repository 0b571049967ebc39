package dev.jora.backend.cuda;

import dev.jora.backend.Gate;
import dev.jora.backend.Product;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Products of rows that are drawn: each matrix is read once for up to eight of them. Matrices of a
 * type that share their input are one launch, and so is what comes right behind them.
 */
final class CudaVectors {
  private static final int THREADS = 128;

  /** Output rows of a block: one for each warp. */
  private static final int BLOCK_ROWS = 4;

  /** Matrices of a launch. */
  private static final int MOST_MATRICES = 3;

  /** The most columns of a kernel. */
  private static final int MOST_COLUMNS = 8;

  /** No block begins there: the number of a matrix that is not there. */
  private static final int NEVER = Integer.MAX_VALUE;

  private final CudaDevice device;

  CudaVectors(CudaDevice device) {
    this.device = device;
  }

  /** Products of n columns. */
  void multiply(
      List<Product> products, CudaInput input, int n, CudaChoice choice, CudaAddition addition) {
    Map<String, List<Product>> byType = new LinkedHashMap<>();
    for (Product product : products) {
      String module = CudaWeight.of(product.weight()).module();
      byType.computeIfAbsent(module, m -> new ArrayList<>()).add(product);
    }
    for (List<Product> same : byType.values()) {
      for (int from = 0; from < same.size(); from += MOST_MATRICES) {
        List<Product> some = same.subList(from, Math.min(same.size(), from + MOST_MATRICES));
        launch(some, input, n, choice, addition, null);
      }
    }
  }

  /** True if a gate and what goes through it can be multiplied by one launch of one column. */
  static boolean isPair(Product gate, Product up) {
    CudaWeight a = CudaWeight.of(gate.weight());
    CudaWeight b = CudaWeight.of(up.weight());
    return a.type() == b.type() && a.inputs() == b.inputs() && a.outputs() == b.outputs();
  }

  /** A pair of products, the gate first: its output is what they make together. */
  void multiplyGated(List<Product> pair, CudaInput input, int n, CudaChoice choice, Gate gate) {
    launch(pair, input, n, choice, CudaAddition.NONE, gate);
  }

  private void launch(
      List<Product> products,
      CudaInput input,
      int n,
      CudaChoice choice,
      CudaAddition addition,
      Gate gate) {
    CudaWeight first = CudaWeight.of(products.getFirst().weight());
    Params p = device.params();
    int[] begins = {0, NEVER, NEVER};
    int blocks = 0;
    for (int i = 0; i < MOST_MATRICES; i++) {
      Product product = products.get(Math.min(i, products.size() - 1));
      put(p, product, addition);
      if (i < products.size()) {
        begins[i] = blocks;
        blocks += Math.ceilDiv(CudaWeight.of(product.weight()).outputs(), BLOCK_ROWS);
      }
    }
    input.put(p, first).pointer(choice.experts());
    p.integer(first.inputs()).integer(n).integer(choice.slots()).integer(input.x().stride());
    p.integer(begins[1]).integer(begins[2]).integer(gate == null ? 0 : 1);
    if (gate == null) {
      p.integer(0).real(0).real(0);
    } else {
      p.integer(gate.activation().ordinal()).real(gate.limit()).real(gate.bias());
      blocks = Math.ceilDiv(first.outputs(), BLOCK_ROWS / 2);
    }
    int columns = gate == null && choice.experts() == 0 ? columns(n) : 1;
    String kernel = "matvec_" + first.module() + "_" + columns;
    Grid grid = Grid.of(blocks, Math.ceilDiv(n, columns));
    device.launch(first.module(), kernel, grid, THREADS, 0, p);
  }

  private static int columns(int n) {
    return n >= MOST_COLUMNS ? MOST_COLUMNS : Integer.highestOneBit(2 * n - 1);
  }

  private static void put(Params p, Product product, CudaAddition addition) {
    CudaWeight weight = CudaWeight.of(product.weight());
    CudaBuffer out = CudaBuffer.of(product.out());
    p.pointers(weight.planes()).pointer(weight.grid());
    p.pointer(CudaWeight.floats(product.bias())).pointer(out.address());
    p.pointer(addition.address()).integer(weight.outputs());
    p.integer(out.stride()).integer(addition.stride()).real(addition.scale()).align();
  }
}
