package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;

/**
 * 256 values of -1, 0, 1 times d = the largest |x|, five to a byte: byte l &lt; 32 holds values l +
 * 32 n, byte 32 + l holds 160 + l + 16 n, byte 48 + l holds 240 + l + 4 n (n = 0 to 3); d is a half
 * at 52.
 */
final class TQ1_0 extends BlockWriter {
  private final int[] levels = new int[256];

  TQ1_0() {
    super(GgmlType.TQ1_0.blockBytes());
  }

  @Override
  void write(float[] x, int from, float[] importance, int column) {
    half(52, ternary(x, from, levels));
    for (int l = 0; l < 32; l++) {
      u8(l, packed(l, 32));
    }
    for (int l = 0; l < 16; l++) {
      u8(32 + l, packed(160 + l, 16));
    }
    for (int l = 240; l < 244; l++) {
      int v = ((levels[l] * 3 + levels[l + 4]) * 3 + levels[l + 8]) * 3 + levels[l + 12];
      u8(48 + l - 240, fraction(v * 3));
    }
  }

  private int packed(int first, int stride) {
    int v = 0;
    for (int n = 0; n < 5; n++) {
      v = v * 3 + levels[first + n * stride];
    }
    return fraction(v);
  }

  /** v / 243 in 256ths, rounded up, so that times 3 gives the first digit, and so on. */
  private static int fraction(int v) {
    return (v * 256 + 242) / 243;
  }

  /** Levels 0, 1, 2 of 256 values, whose step is returned. */
  static float ternary(float[] x, int from, int[] levels) {
    float d = largest(x, from, 256);
    float inverse = d != 0 ? 1 / d : 0;
    if (inverse == Float.POSITIVE_INFINITY) {
      inverse = 0; // as C's rounding of an infinite value comes out
    }
    for (int i = 0; i < 256; i++) {
      float v = x[from + i] * inverse;
      levels[i] = 1 + (v >= 0.5f ? 1 : 0) - (v <= -0.5f ? 1 : 0);
    }
    return d;
  }
}
