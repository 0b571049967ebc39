package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;

/** What Q4_K and Q5_K share: all but their levels. */
abstract class Scales6Group extends AffineGroup {
  private static final int N = 32;

  private final float[] squares;

  Scales6Group(GgmlType type, Rows rows, int blocks, Arithmetic arithmetic, Steps steps, int cap) {
    super(type, rows, blocks, arithmetic, N, steps, 63, cap);
    squares = new float[blocks * parts];
  }

  @Override
  final boolean weigh(int first, int blocks) {
    if (rows.weighted()) {
      weighByImportance(first, blocks, 2);
      return true;
    }
    int at = rows.at(first);
    Weights.squareSums(rows.x(), at, N, blocks * parts, squares);
    for (int u = 0; u < blocks * parts; u++) {
      float mean = (float) Math.sqrt(squares[u] / N);
      Weights.sizes(rows.x(), at + u * N, N, mean, weights, u * N);
    }
    return true;
  }

  @Override
  final void putScales(int b, byte[] out, int to) {
    float scale = Halves.put(out, to, d[b]);
    float min = Halves.put(out, to + 2, dmin[b]);
    Scales6.put(scales, mins, b * parts, out, to + 4);
    for (int j = 0; j < parts; j++) {
      step[b * parts + j] = scale * Scales6.scale(out, to + 4, j);
      offset[b * parts + j] = min * Scales6.min(out, to + 4, j);
    }
  }
}
