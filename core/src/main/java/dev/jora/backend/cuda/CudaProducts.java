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
  private final CudaTiles tiles;

  CudaProducts(CudaDevice device, CudaValues values) {
    this.device = device;
    this.values = values;
    this.aligned = new CudaScratch(device);
    this.codes = new CudaScratch(device);
    this.scales = new CudaScratch(device);
    this.tiles = new CudaTiles(device);
  }

  /**
   * What a product reads: rows of floats, and where a matrix is quantized these rounded.
   *
   * @param codes int8[n][k], or 0
   * @param scales of 32 codes each
   */
  private record Input(CudaBuffer x, long codes, long scales) {}

  /**
   * Which matrix of a stack each column is multiplied with.
   *
   * @param experts int[columns], a matrix for each; grouped, where the columns of each matrix begin
   *     in {@code order}
   * @param order int[columns], columns by their matrices; 0 where they are not grouped
   * @param slots columns that share a row of x: column c has row c / slots
   * @param count matrices; 1 where they are not grouped
   */
  record Choice(long experts, long order, int slots, int count) {
    static final Choice NONE = new Choice(0, 0, 1, 1);

    Choice withSlots(int n) {
      return new Choice(experts, order, n, count);
    }
  }

  /** See {@link dev.jora.backend.Backend#multiply}. */
  void multiply(List<Product> products, CudaBuffer x, Rows rows) {
    int n = rows.count();
    Input input = input(x, n, isRounded(products));
    for (Product product : products) {
      multiply(
          CudaWeight.of(product.weight()),
          CudaWeight.floats(product.bias()),
          input,
          rows,
          CudaBuffer.of(product.out()));
    }
  }

  /**
   * Products with matrices that columns choose.
   *
   * @param x as many rows as there are columns, divided by those that share one
   * @param columns of the output
   */
  void multiplyChosen(List<Product> products, CudaBuffer x, int columns, Choice choice) {
    Input input = input(x, columns / choice.slots(), isRounded(products));
    for (Product product : products) {
      CudaWeight weight = CudaWeight.of(product.weight());
      long bias = CudaWeight.floats(product.bias());
      Part part = new Part(0, columns, choice, choice.order() == 0);
      multiply(weight, bias, input, part, CudaBuffer.of(product.out()));
    }
  }

  /** See {@link dev.jora.backend.Backend#multiplyRuns}. */
  void multiplyRuns(Weight stack, Runs x, Rows rows, Runs out) {
    for (int r = 0; r < x.count(); r++) {
      CudaBuffer in = CudaBuffer.of(x.buffer()).columns(x.from() + r * x.step(), x.width());
      CudaBuffer to = CudaBuffer.of(out.buffer()).columns(out.from() + r * out.step(), out.width());
      CudaWeight weight = CudaWeight.of(stack).matrix(r);
      multiply(weight, 0, input(in, rows.count(), isRounded(weight)), rows, to);
    }
  }

  private static boolean isRounded(List<Product> products) {
    return products.stream().anyMatch(p -> isRounded(CudaWeight.of(p.weight())));
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

  /**
   * Columns [from, from + count) of an output.
   *
   * @param vectors true: each is multiplied as a column alone is; else as those of prompts are
   */
  private record Part(int from, int count, Choice choice, boolean vectors) {}

  /** Rows that are drawn, then those that are read: each kind as it is in any company. */
  private void multiply(CudaWeight weight, long bias, Input input, Rows rows, CudaBuffer out) {
    int single = rows.single();
    if (single > 0) {
      multiply(weight, bias, input, new Part(0, single, Choice.NONE, true), out);
    }
    if (rows.count() > single) {
      Part read = new Part(single, rows.count() - single, Choice.NONE, false);
      multiply(weight, bias, input, read, out);
    }
  }

  private void multiply(CudaWeight weight, long bias, Input input, Part part, CudaBuffer out) {
    boolean rounded = isRounded(weight);
    Choice choice = part.choice();
    long k = weight.inputs();
    Params p = device.params().pointers(weight.planes()).pointer(weight.grid());
    p.pointer(rounded ? input.codes() + k * part.from() : input.x().row(part.from()));
    p.pointer(rounded ? input.scales() + 8 * (k / 32) * part.from() : 0);
    p.pointer(bias).pointer(choice.experts()).pointer(choice.order());
    p.pointer(out.row(part.from()));
    p.integer(weight.outputs()).integer(weight.inputs()).integer(part.count());
    p.integer(choice.slots()).integer(out.stride()).integer(input.x().stride());
    if (part.vectors()) {
      int cols = 1;
      while (choice.experts() == 0 && cols < MOST_COLUMNS && cols < part.count()) {
        cols *= 2;
      }
      Grid grid =
          Grid.of(Math.ceilDiv(weight.outputs(), BLOCK_ROWS), Math.ceilDiv(part.count(), cols));
      device.launch(weight.module(), "matvec_" + weight.module() + "_" + cols, grid, THREADS, 0, p);
    } else {
      tiles.multiply(weight, p, bias, choice, out.rows(part.from(), part.count()));
    }
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
    tiles.close();
  }
}
