package dev.jora.backend.cuda;

import dev.jora.bench.RandomBlocks;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/**
 * Random weights and activations of a product, on a card and here.
 *
 * @param w values of all matrices [experts][rows][k]
 * @param exact activations before they became int8, [n][k]
 * @param x activations as the kernels see them
 */
record Products(
    Card card,
    GgmlType type,
    int rows,
    int k,
    int n,
    Card.Matrix matrix,
    float[] w,
    float[] exact,
    float[] x,
    long input,
    long scales) {
  /** Of so many matrices and rows of activations. */
  static Products random(Card card, GgmlType type, int experts, int rows, int k, int n) {
    SplittableRandom random = new SplittableRandom(rows * 31L + k);
    float[] w = new float[experts * rows * k];
    MemorySegment blocks = Arena.ofAuto().allocate(type.rowBytes(w.length), 64);
    if (type == GgmlType.F32 || type == GgmlType.F16 || type == GgmlType.BF16) {
      plain(type, blocks, random);
    } else {
      new RandomBlocks(type, 0.1, k).fill(blocks, rows);
    }
    BlockFormats.of(type).dequantize(blocks, 0, w, 0, w.length);
    float[] exact = new float[n * k];
    for (int i = 0; i < exact.length; i++) {
      exact[i] = (float) random.nextGaussian();
    }
    Card.Matrix matrix = card.matrix(type, blocks);
    if (type.blockSize() == 1) {
      return new Products(card, type, rows, k, n, matrix, w, exact, exact, card.upload(exact), 0);
    }
    Card.Quantized q = card.quantize(exact, k);
    return new Products(card, type, rows, k, n, matrix, w, exact, q.x(), q.q(), q.scales());
  }

  private static void plain(GgmlType type, MemorySegment blocks, SplittableRandom random) {
    float[] value = new float[1];
    for (long at = 0; at < blocks.byteSize(); at += type.blockBytes()) {
      value[0] = (float) (0.1 * random.nextGaussian());
      BlockFormats.findEncoder(type).orElseThrow().encodeBlock(value, 0, blocks, at);
    }
  }

  /** A bias of so many values, all different. */
  static float[] bias(int n) {
    float[] bias = new float[n];
    for (int i = 0; i < n; i++) {
      bias[i] = (i + 1) / 8f;
    }
    return bias;
  }

  /** The struct of matrix-vector products: one matrix, which nothing is added to. */
  private Params vectors(long bias, long expert, long y, int columns, int slots, int stride) {
    Params p = card.params();
    for (int i = 0; i < 3; i++) {
      p.pointers(matrix.planes()).pointer(bias).pointer(y).pointer(0);
      p.integer(rows).integer(stride).integer(0).real(0).align();
    }
    p.pointer(input).pointer(scales).pointer(expert);
    p.integer(k).integer(columns).integer(slots).integer(k);
    p.integer(Integer.MAX_VALUE).integer(Integer.MAX_VALUE).integer(0);
    return p.integer(0).real(0).real(0);
  }

  /** The struct of a product. */
  Params params(long bias, long expert, long order, long y, int columns, int slots, int stride) {
    return card.params()
        .pointers(matrix.planes())
        .pointer(input)
        .pointer(scales)
        .pointer(bias)
        .pointer(expert)
        .pointer(order)
        .pointer(y)
        .integer(rows)
        .integer(k)
        .integer(columns)
        .integer(slots)
        .integer(stride)
        .integer(k);
  }

  /** y[columns][stride] of matvec_TYPE_COLS. */
  float[] matvec(int cols, int columns, int slots, int stride, long bias, long expert) {
    long y = card.outputs(columns * stride);
    String name = Card.name(type);
    card.launch(
        name,
        "matvec_" + name + "_" + cols,
        Grid.of(Math.ceilDiv(rows, 4), Math.ceilDiv(columns, cols)),
        128,
        vectors(bias, expert, y, columns, slots, stride));
    return card.floats(y, columns * stride);
  }

  /** y[columns][stride] of matmul_TYPE. */
  float[] matmul(int columns, int slots, int stride, long bias, int experts, long[] lists) {
    long y = card.outputs(columns * stride);
    String name = Card.name(type);
    card.launch(
        name,
        "matmul_" + name,
        new Grid(Math.ceilDiv(rows, 64), Math.ceilDiv(columns, 64), experts),
        128,
        params(bias, lists[0], lists[1], y, columns, slots, stride));
    return card.floats(y, columns * stride);
  }

  /** The product of row r of matrix {@code expert} with a row of {@code input}, exactly. */
  double expected(float[] input, int expert, int r, int row) {
    double sum = 0;
    for (int i = 0; i < k; i++) {
      sum += (double) w[(expert * rows + r) * k + i] * input[row * k + i];
    }
    return sum;
  }

  /** Sum of the sizes of what {@link #expected} adds up. */
  double size(int expert, int r, int row) {
    double sum = 0;
    for (int i = 0; i < k; i++) {
      sum += Math.abs((double) w[(expert * rows + r) * k + i] * x[row * k + i]);
    }
    return sum;
  }
}
