package dev.jora.backend.cuda;

import dev.jora.backend.Gate;
import dev.jora.backend.Product;
import dev.jora.backend.Rows;
import dev.jora.tensor.GgmlType;
import java.util.List;

/**
 * Products with matrices: rows that are drawn, then those that are read, each kind as it is in any
 * company. A row alone and a row among others are the same to the bit.
 */
final class CudaProducts {
  private static final int THREADS = 128;

  /** Rows and columns of a tile of prompts. */
  private static final int TILE = 64;

  private final CudaDevice device;
  private final CudaVectors vectors;

  CudaProducts(CudaDevice device) {
    this.device = device;
    this.vectors = new CudaVectors(device);
  }

  /** True if one of them reads rows that are rounded. */
  static boolean isRounded(List<Product> products) {
    return products.stream().anyMatch(p -> CudaWeight.of(p.weight()).isQuantized());
  }

  /**
   * See {@link dev.jora.backend.Backend#multiply}.
   *
   * @param addition for rows that are all drawn
   */
  void multiply(List<Product> products, CudaInput input, Rows rows, CudaAddition addition) {
    int single = rows.single();
    int read = rows.count() - single;
    if (single > 0) {
      vectors.multiply(products, input, single, CudaChoice.NONE, addition);
    }
    if (read > 0) {
      for (Product product : products) {
        tiles(product, input.rows(single, read), single, read, CudaChoice.NONE);
      }
    }
  }

  /** A pair of products of rows that are all drawn: see {@link CudaVectors#multiplyGated}. */
  void multiplyGated(List<Product> pair, CudaInput input, int n, Gate gate) {
    vectors.multiplyGated(pair, input, n, CudaChoice.NONE, gate);
  }

  /**
   * Products with matrices that columns choose.
   *
   * @param input as many rows as there are columns, divided by those that share one
   * @param columns of the output
   * @param gate of the two products there are; or null
   * @return true if the gate was applied
   */
  boolean multiplyChosen(
      List<Product> products, CudaInput input, int columns, CudaChoice choice, Gate gate) {
    if (choice.order() != 0) {
      for (Product product : products) {
        tiles(product, input, 0, columns, choice);
      }
      return false;
    }
    if (gate != null && CudaVectors.isPair(products.get(0), products.get(1))) {
      vectors.multiplyGated(products, input, columns, choice, gate);
      return true;
    }
    vectors.multiply(products, input, columns, choice, CudaAddition.NONE);
    return false;
  }

  /** Columns [from, from + count) of an output, input being theirs. */
  private void tiles(Product product, CudaInput input, int from, int count, CudaChoice choice) {
    CudaWeight weight = CudaWeight.of(product.weight());
    CudaBuffer out = CudaBuffer.of(product.out());
    Params p = device.params().pointers(weight.planes()).pointer(weight.grid());
    input.put(p, weight).pointer(CudaWeight.floats(product.bias()));
    p.pointer(choice.experts()).pointer(choice.order()).pointer(out.row(from));
    p.integer(weight.outputs()).integer(weight.inputs()).integer(count);
    p.integer(choice.slots()).integer(out.stride()).integer(input.x().stride());
    int columns = count / choice.slots(); // an expert has at most one of each row
    int rowTiles = Math.ceilDiv(weight.outputs(), TILE);
    Grid grid = new Grid(rowTiles, Math.ceilDiv(columns, TILE), choice.count());
    device.launch(weight.module(), "matmul_" + weight.module(), grid, THREADS, 0, p);
  }

  /** out[i,:] = scale · table[ids[i],:]. */
  void look(CudaWeight table, long ids, int n, float scale, CudaBuffer out) {
    Params p = device.params().pointers(table.planes()).pointer(table.grid());
    p.pointer(ids).pointer(out.address());
    p.integer(table.inputs()).integer(out.stride()).real(scale);
    Grid grid = Grid.of(Math.ceilDiv(table.inputs(), 4096), n);
    device.launch(table.module(), "rows_" + table.module(), grid, THREADS, 0, p);
  }

  /** True if there are kernels for matrices of a type. */
  static boolean supports(CudaDevice device, GgmlType type) {
    return Planes.find(type).isPresent() && device.code().contains(CudaWeight.module(type));
  }
}
