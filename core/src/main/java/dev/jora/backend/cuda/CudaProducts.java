package dev.jora.backend.cuda;

import dev.jora.backend.Product;
import dev.jora.backend.Rows;
import dev.jora.backend.Runs;
import dev.jora.backend.Weight;
import dev.jora.tensor.GgmlType;
import java.util.List;

/**
 * Products with matrices. Inputs of quantized matrices are rounded to 8 bits, 32 values to a scale;
 * a row alone and a row among others are the same to the bit.
 */
final class CudaProducts implements AutoCloseable {
  private static final int THREADS = 128;

  /** Output rows of a block: one for each warp. */
  private static final int BLOCK_ROWS = 4;

  /** The most columns of a matrix-vector kernel. */
  private static final int MOST_COLUMNS = 8;

  private final CudaDevice device;
  private final CudaValues values;
  private final CudaScratch aligned;
  private final CudaScratch codes;
  private final CudaScratch scales;

  CudaProducts(CudaDevice device, CudaValues values) {
    this.device = device;
    this.values = values;
    this.aligned = new CudaScratch(device);
    this.codes = new CudaScratch(device);
    this.scales = new CudaScratch(device);
  }

  /**
   * What a product reads: rows of floats, and where a matrix is quantized these rounded.
   *
   * @param codes int8[n][k], or 0
   * @param scales of 32 codes each
   */
  private record Input(CudaBuffer x, long codes, long scales) {}

  /** Which matrix each column is multiplied with, and how many columns share a row of x. */
  record Choice(long experts, int slots) {
    static final Choice NONE = new Choice(0, 1);
  }

  /** See {@link dev.jora.backend.Backend#multiply}. */
  void multiply(List<Product> products, CudaBuffer x, Rows rows) {
    boolean rounded = products.stream().anyMatch(p -> isRounded(CudaWeight.of(p.weight())));
    Input input = input(x, rows.count(), rounded);
    for (Product product : products) {
      CudaWeight weight = CudaWeight.of(product.weight());
      long bias = CudaWeight.floats(product.bias());
      CudaBuffer out = CudaBuffer.of(product.out());
      multiply(weight, bias, input, rows.count(), Choice.NONE, out);
    }
  }

  /** The same input with matrices that columns choose: column c has row c / slots of x. */
  void multiplyChosen(List<Product> products, CudaBuffer x, int rows, Choice choice) {
    boolean rounded = products.stream().anyMatch(p -> isRounded(CudaWeight.of(p.weight())));
    Input input = input(x, rows, rounded);
    for (Product product : products) {
      CudaWeight weight = CudaWeight.of(product.weight());
      long bias = CudaWeight.floats(product.bias());
      CudaBuffer out = CudaBuffer.of(product.out());
      multiply(weight, bias, input, rows * choice.slots(), choice, out);
    }
  }

  /** See {@link dev.jora.backend.Backend#multiplyRuns}. */
  void multiplyRuns(Weight stack, Runs x, Rows rows, Runs out) {
    for (int r = 0; r < x.count(); r++) {
      CudaBuffer in = CudaBuffer.of(x.buffer()).columns(x.from() + r * x.step(), x.width());
      CudaBuffer to = CudaBuffer.of(out.buffer()).columns(out.from() + r * out.step(), out.width());
      CudaWeight weight = CudaWeight.of(stack).matrix(r);
      Input input = input(in, rows.count(), isRounded(weight));
      multiply(weight, 0, input, rows.count(), Choice.NONE, to);
    }
  }

  private static boolean isRounded(CudaWeight weight) {
    return switch (weight.type()) {
      case F32, F16, BF16 -> false;
      default -> true;
    };
  }

  private Input input(CudaBuffer rows, int n, boolean rounded) {
    if (!rounded) {
      return new Input(rows, 0, 0);
    }
    CudaBuffer x = rows;
    int k = x.cols();
    if (x.address() % 16 != 0 || x.stride() % 4 != 0) { // a part of each row that begins anywhere
      x = new CudaBuffer(aligned.atLeast(4L * n * k), n, k, k);
      values.copyRuns(Runs.of(rows, k), n, Runs.of(x, k));
    }
    long q = codes.atLeast((long) n * k);
    long d = scales.atLeast(8L * n * (k / 32));
    Params p = device.params().pointer(x.address()).pointer(q).pointer(d);
    p.integer(k).integer(x.stride());
    device.launch("quantize", "quantize_q8", Grid.of(Math.ceilDiv(k, 1024), n), 256, 0, p);
    return new Input(x, q, d);
  }

  private void multiply(
      CudaWeight weight, long bias, Input input, int columns, Choice choice, CudaBuffer out) {
    boolean rounded = isRounded(weight);
    int cols = 1;
    while (choice.experts() == 0 && cols < MOST_COLUMNS && cols < columns) {
      cols *= 2;
    }
    Params p = device.params().pointers(weight.planes()).pointer(weight.grid());
    p.pointer(rounded ? input.codes() : input.x().address()).pointer(input.scales());
    p.pointer(bias).pointer(choice.experts()).pointer(0).pointer(out.address());
    p.integer(weight.outputs()).integer(weight.inputs()).integer(columns);
    p.integer(choice.slots()).integer(out.stride()).integer(input.x().stride());
    Grid grid = Grid.of(Math.ceilDiv(weight.outputs(), BLOCK_ROWS), Math.ceilDiv(columns, cols));
    String name = "matvec_" + weight.module() + "_" + cols;
    device.launch(weight.module(), name, grid, THREADS, 0, p);
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

  @Override
  public void close() {
    aligned.close();
    codes.close();
    scales.close();
  }
}
