package dev.jora.backend.cuda;

import dev.jora.backend.Adapter;
import dev.jora.backend.Product;
import dev.jora.backend.Rows;
import dev.jora.backend.Weight;
import java.util.List;

/**
 * Adds what adapters make of rows to products that are made, by the same kernels. Their matrices
 * are never quantized, so rows are read as they are.
 */
final class CudaAdapters implements AutoCloseable {
  private final CudaProducts products;
  private final CudaValues values;
  private final CudaScratch low;
  private final CudaScratch high;

  CudaAdapters(CudaDevice device, CudaProducts products, CudaValues values) {
    this.products = products;
    this.values = values;
    this.low = new CudaScratch(device);
    this.high = new CudaScratch(device);
  }

  /** True if something is to be added to products with a weight. */
  static boolean adds(Weight weight) {
    if (weight != null) {
      for (Adapter adapter : weight.adapters()) {
        if (adapter.scale() != 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** True if something is to be added to one of these. */
  static boolean adds(List<Product> products) {
    for (Product product : products) {
      if (adds(product.weight())) {
        return true;
      }
    }
    return false;
  }

  /** Adds to products that shared their input, and are on their way. */
  void add(List<Product> made, CudaBuffer x, Rows rows) {
    for (Product product : made) {
      add(product.weight(), 0, x, rows, CudaBuffer.of(product.out()));
    }
  }

  /** Adds to a product with matrix {@code i} of a stack. */
  void add(Weight stack, int i, CudaBuffer x, Rows rows, CudaBuffer out) {
    for (Adapter adapter : stack.adapters()) {
      if (adapter.scale() != 0) {
        CudaBuffer between = buffer(low, rows.count(), adapter.rank());
        multiply(CudaWeight.of(adapter.a()).matrix(i), x, rows, between);
        CudaWeight b = CudaWeight.of(adapter.b()).matrix(i);
        add(b, between, rows, adapter, adapter.scale(), out);
      }
    }
  }

  /** Adds to rows {@code ids} of a table, which were multiplied with {@code factor}. */
  void addRows(Weight table, long ids, Rows rows, float factor, CudaBuffer out) {
    for (Adapter adapter : table.adapters()) {
      if (adapter.scale() != 0) {
        CudaBuffer between = buffer(low, rows.count(), adapter.rank());
        products.look(CudaWeight.of(adapter.a()), ids, rows.count(), 1, between);
        CudaWeight b = CudaWeight.of(adapter.b());
        add(b, between, rows, adapter, factor * adapter.scale(), out);
      }
    }
  }

  private void add(
      CudaWeight b, CudaBuffer between, Rows rows, Adapter adapter, float scale, CudaBuffer out) {
    CudaBuffer behind = buffer(high, rows.count(), adapter.outputs());
    multiply(b, between, rows, behind);
    values.add(behind, rows.count(), scale, out);
  }

  private void multiply(CudaWeight weight, CudaBuffer x, Rows rows, CudaBuffer out) {
    List<Product> one = List.of(new Product(weight, null, out));
    products.multiply(one, CudaInput.plain(x), rows, CudaAddition.NONE);
  }

  /** Adds to what columns have of the matrices that they chose; x is as the stack's product's. */
  void addChosen(Weight stack, CudaBuffer x, int columns, CudaChoice choice, CudaBuffer out) {
    for (Adapter adapter : stack.adapters()) {
      if (adapter.scale() != 0) {
        CudaBuffer between = buffer(low, columns, adapter.rank());
        CudaBuffer behind = buffer(high, columns, adapter.outputs());
        chosen(adapter.a(), x, columns, choice, between);
        chosen(adapter.b(), between, columns, choice.withSlots(1), behind);
        values.add(behind, columns, adapter.scale(), out);
      }
    }
  }

  private void chosen(Weight stack, CudaBuffer x, int columns, CudaChoice choice, CudaBuffer out) {
    List<Product> one = List.of(new Product(stack, null, out));
    products.multiplyChosen(one, CudaInput.plain(x), columns, choice, null);
  }

  private static CudaBuffer buffer(CudaScratch scratch, int rows, int cols) {
    return new CudaBuffer(scratch.atLeast(4L * rows * cols), rows, cols, cols);
  }

  @Override
  public void close() {
    low.close();
    high.close();
  }
}
