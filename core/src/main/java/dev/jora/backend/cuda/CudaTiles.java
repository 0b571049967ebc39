package dev.jora.backend.cuda;

import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;

/**
 * Products of prompts: tiles of a matrix's rows by columns. What comes out depends neither on the
 * tiles nor on who adds their parts: a column is the same to the bit in any company.
 */
final class CudaTiles implements AutoCloseable {
  /** Columns of a tile, where the device has tensor cores. */
  private static final int[] WIDTHS = {128, 64, 32};

  /** Rows of a tile there. */
  private static final int ROWS = 128;

  /** Rows and columns of a tile elsewhere. */
  private static final int PLAIN = 64;

  /** The least of k that is a part, and what parts are multiples of. */
  private static final int LEAST_PART = 1024;

  private static final int PART_UNIT = 128;

  /** Blocks that a column of tiles is to have. */
  private static final int BLOCKS = 128;

  // Costs are in what a multiprocessor takes for one column of a tile and one of k, 0.1 ns or so.

  /** Of a tile beside its columns, as many more of them: to unpack its weights. */
  private static final int UNPACKING = 48;

  /** Of a launch that adds parts up. */
  private static final int ADDING = 30_000;

  /** Of each part of a value that is written, read and added up. */
  private static final int ADDEND = 8;

  private final CudaDevice device;
  private final CudaScratch parts;

  CudaTiles(CudaDevice device) {
    this.device = device;
    this.parts = new CudaScratch(device);
  }

  /**
   * How a product is cut.
   *
   * @param width columns of a tile
   * @param part of k: sums of so much are added up
   * @param split true: each part has blocks of its own
   */
  record Cut(int width, int part, boolean split) {}

  /** The part of k that has a sum of its own: by the matrix alone, for the sake of its bits. */
  static int part(int rows, int k) {
    int wanted = Math.ceilDiv(BLOCKS, Math.ceilDiv(rows, ROWS));
    int count = Math.max(1, Math.min(wanted, k / LEAST_PART));
    return Math.ceilDiv(Math.ceilDiv(k, count), PART_UNIT) * PART_UNIT;
  }

  /**
   * The quickest cut, as far as one can tell: multiprocessors take tiles in turn.
   *
   * @param n columns; of several matrices, those that one has on average
   */
  static Cut cut(int rows, int k, int n, int matrices, boolean mayBeSplit, int multiprocessors) {
    int part = mayBeSplit ? part(rows, k) : Math.ceilDiv(k, PART_UNIT) * PART_UNIT;
    int count = Math.ceilDiv(k, part);
    Cut best = null;
    double least = Double.MAX_VALUE;
    for (int width : WIDTHS) {
      for (int split = 1; split <= count; split += Math.max(1, count - 1)) {
        long blocks = (long) matrices * Math.ceilDiv(rows, ROWS) * Math.ceilDiv(n, width) * split;
        long turns = Math.ceilDiv(blocks, multiprocessors);
        double cost = (double) turns * (width + UNPACKING) * (split == 1 ? k : part);
        if (split > 1) {
          cost += ADDING + (double) ADDEND * n * rows * count / multiprocessors;
        }
        if (cost < least) {
          least = cost;
          best = new Cut(width, part, split > 1);
        }
      }
    }
    return best;
  }

  /**
   * Multiplies.
   *
   * @param product the struct of the product, filled
   * @param bias of the output's, or 0
   * @param out as many rows as there are columns of the product
   */
  void multiply(CudaWeight weight, Params product, long bias, CudaChoice choice, CudaBuffer out) {
    int rows = weight.outputs();
    int k = weight.inputs();
    int n = out.rows();
    boolean grouped = choice.order() != 0;
    int each = Math.ceilDiv(n, choice.count());
    if (!device.code().hasTensorCores()) {
      product.pointer(0).integer(0);
      Grid grid = new Grid(tiles(each, PLAIN, grouped), Math.ceilDiv(rows, PLAIN), choice.count());
      device.launch(weight.module(), name(weight, PLAIN), grid, 128, 0, product);
      return;
    }
    int processors = device.facts().multiprocessors();
    Cut cut = cut(rows, k, each, choice.count(), !grouped, processors);
    int count = cut.split() ? Math.ceilDiv(k, cut.part()) : choice.count();
    long sums = cut.split() ? parts.atLeast(4L * count * n * rows) : 0;
    product.pointer(sums).integer(cut.part());
    Grid grid = new Grid(tiles(each, cut.width(), grouped), Math.ceilDiv(rows, ROWS), count);
    int shared = shared(weight.type(), cut.width());
    device.launch(weight.module(), name(weight, cut.width()), grid, 256, shared, product);
    if (cut.split()) {
      Params p = device.params().pointer(sums).pointer(bias).pointer(out.address());
      p.integer(rows).integer(n).integer(count).integer(out.stride());
      device.launch("tiles", "add_parts", Grid.of(Math.ceilDiv(rows, 256), n), 256, 0, p);
    }
  }

  /** The most bytes of parts that a product of at most n columns has. */
  static long mostPartBytes(Shape matrix, int n, int multiprocessors) {
    int rows = Math.toIntExact(matrix.ne1());
    int k = Math.toIntExact(matrix.ne0());
    long most = 0;
    for (int columns = Math.min(n, WIDTHS[2]); columns <= n; columns += WIDTHS[2]) {
      Cut cut = cut(rows, k, columns, 1, true, multiprocessors);
      if (cut.split()) {
        most = Math.max(most, 4L * Math.ceilDiv(k, cut.part()) * columns * rows);
      }
    }
    return most;
  }

  /** Blocks for the columns of a matrix: an expert with more than others has them in turn. */
  private static int tiles(int columns, int width, boolean grouped) {
    return Math.ceilDiv(grouped ? 2 * columns : columns, width);
  }

  private static String name(CudaWeight weight, int width) {
    return "matmul_" + weight.module() + "_" + width;
  }

  /** Bytes of shared memory that tiles need, as their sources check. */
  static int shared(GgmlType type, int width) {
    return (type.blockSize() > 1 ? 25 << 10 : 32 << 10) + 256 * width;
  }

  @Override
  public void close() {
    parts.close();
  }
}
