package dev.jora.backend.cpu;

import dev.jora.backend.Adapter;
import dev.jora.backend.Product;
import dev.jora.backend.Rows;
import dev.jora.backend.Weight;
import dev.jora.kernel.Kernels;
import java.util.ArrayList;
import java.util.List;

/** Adds what adapters make of rows to products that are made. */
final class CpuAdapters implements AutoCloseable {
  private final Kernels kernels;
  private final CpuThreads threads;
  private final CpuProducts products;
  private final Scratch low = new Scratch();
  private final Scratch high = new Scratch();

  CpuAdapters(Kernels kernels, CpuThreads threads, CpuProducts products) {
    this.kernels = kernels;
    this.threads = threads;
    this.products = products;
  }

  /**
   * Rows that went through one matrix of a weight.
   *
   * @param matrix its number in a stack; else 0
   * @param out what the product made of x
   */
  record Part(int matrix, CpuBuffer x, Rows rows, CpuBuffer out) {}

  /** Adds to products that shared their input. */
  void add(List<Product> made, CpuBuffer x, Rows rows) {
    for (Product product : made) {
      if (!product.weight().adapters().isEmpty()) {
        Part part = new Part(0, x, rows, CpuBuffer.of(product.out()));
        add(product.weight(), List.of(part));
      }
    }
  }

  /** Adds to the products of one weight. */
  void add(Weight weight, List<Part> parts) {
    for (Adapter adapter : weight.adapters()) {
      if (adapter.scale() != 0) {
        add(adapter, parts);
      }
    }
  }

  private void add(Adapter adapter, List<Part> parts) {
    int count = 0;
    for (Part part : parts) {
      count += part.rows().count();
    }
    if (count == 0) {
      return;
    }
    CpuBuffer between = buffer(low, count, adapter.rank());
    CpuBuffer behind = buffer(high, count, adapter.outputs());
    List<CpuProducts.Group> first = new ArrayList<>();
    List<CpuProducts.Group> second = new ArrayList<>();
    int from = 0;
    for (Part part : parts) {
      int n = part.rows().count();
      int e = part.matrix();
      CpuBuffer r = between.rows(from, n);
      CpuBuffer y = behind.rows(from, n);
      first.add(group(adapter.a(), e, part.x(), part.rows(), r));
      second.add(group(adapter.b(), e, r, part.rows(), y));
      from += n;
    }
    products.multiply(first);
    products.multiply(second);
    from = 0;
    for (Part part : parts) {
      add(behind.rows(from, part.rows().count()), adapter.scale(), part.out());
      from += part.rows().count();
    }
  }

  private static CpuProducts.Group group(
      Weight stack, int e, CpuBuffer x, Rows rows, CpuBuffer out) {
    Product product = new Product(CpuWeight.of(stack).matrix(e), null, out);
    return new CpuProducts.Group(List.of(product), e, x, rows);
  }

  /** out += scale · x. */
  private void add(CpuBuffer x, float scale, CpuBuffer out) {
    int cols = x.cols();
    threads.rows(
        x.rows(),
        cols,
        i -> kernels.addScaled(x.data(), x.row(i), cols, scale, out.data(), out.row(i)));
  }

  /** Adds to rows {@code ids} of a table, which were multiplied with {@code factor}. */
  void addRows(Weight table, int[] ids, Rows rows, float factor, CpuBuffer out) {
    for (Adapter adapter : table.adapters()) {
      if (adapter.scale() != 0) {
        int n = rows.count();
        CpuBuffer between = buffer(low, n, adapter.rank());
        CpuBuffer behind = buffer(high, n, adapter.outputs());
        look(kernels, CpuWeight.of(adapter.a()), ids, n, between);
        products.multiply(List.of(new Product(adapter.b(), null, behind)), between, rows);
        add(behind, factor * adapter.scale(), out);
      }
    }
  }

  /** out[i,:] = table[ids[i],:]. */
  static void look(Kernels kernels, CpuWeight table, int[] ids, int n, CpuBuffer out) {
    long rowBytes = table.type().rowBytes(table.inputs());
    for (int i = 0; i < n; i++) {
      kernels.dequantize(
          table.type(), table.data(), rowBytes * ids[i], table.inputs(), out.data(), out.row(i));
    }
  }

  private static CpuBuffer buffer(Scratch scratch, int rows, int cols) {
    return new CpuBuffer(scratch.atLeast(4L * rows * cols), rows, cols);
  }

  @Override
  public void close() {
    low.close();
    high.close();
  }
}
