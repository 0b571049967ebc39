package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;

/**
 * 64 values of -1, 0, 1 times d = the largest |x|, a half; value e is in bits 2 (e % 4) of byte e /
 * 4 from 2 on. (The format could hold 2 too; llama.cpp does not use it.)
 */
final class Q2_0 extends BlockWriter {
  Q2_0() {
    super(GgmlType.Q2_0.blockBytes());
  }

  @Override
  void write(float[] x, int from, float[] importance, int column) {
    float d = largest(x, from, 64);
    float inverse = d > 0 ? 1 / d : 0;
    half(0, d);
    for (int b = 0; b < 16; b++) {
      int bits = 0;
      for (int i = 0; i < 4; i++) {
        bits |= level(x[from + 4 * b + i] * inverse) << 2 * i;
      }
      u8(2 + b, bits);
    }
  }

  /** Where 1 / d overflowed, C's rounding gives the lowest integer, and so level 0. */
  private static int level(float v) {
    if (!(Math.abs(v) < 2)) {
      return 0;
    }
    return 1 + (v >= 0.5f ? 1 : 0) - (v <= -0.5f ? 1 : 0);
  }
}
