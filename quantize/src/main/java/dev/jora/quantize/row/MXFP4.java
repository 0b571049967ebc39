package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;

/**
 * 32 floats of 4 bits times a power of two h = 2^(e - 128), e in byte 0: twice their values are K =
 * 0 1 2 3 4 6 8 12, and the negatives from index 8 on. Byte 1 + j holds value j in the low nibble,
 * value j + 16 in the high one.
 *
 * <p>The nearest K h is taken, of two equally near ones the one with the lower index. So an index
 * is the number of midpoints 0.5 1.5 2.5 3.5 5 7 10 that |x| / h is above, plus 8 where x is
 * negative and that number is not 0.
 */
final class MXFP4 extends BlockWriter {
  private static final int[] VALUES = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  /** Index of a magnitude whose double, in units of h, lies above t - 1 and not above t. */
  private static final byte[] INDEX = new byte[34];

  static {
    int[] doubledMidpoints = {1, 3, 5, 7, 10, 14, 20};
    for (int t = 0; t < INDEX.length; t++) {
      for (int midpoint : doubledMidpoints) {
        if (t > midpoint) {
          INDEX[t]++;
        }
      }
    }
  }

  MXFP4() {
    super(GgmlType.MXFP4.blockBytes());
  }

  @Override
  void write(float[] x, int from, float[] importance, int column) {
    float largest = largest(x, from, 32);
    int e = exponent(largest);
    u8(0, e);
    if (largest < 0x1p-120f) { // units of h are not exact, or e has wrapped
      float h = scale(e & 255);
      for (int j = 0; j < 16; j++) {
        u8(1 + j, compared(x[from + j], h) | compared(x[from + j + 16], h) << 4);
      }
      return;
    }
    float inverse = Float.intBitsToFloat((127 + 129 - e) << 23); // 2 / h
    for (int j = 0; j < 16; j++) {
      u8(1 + j, index(x[from + j] * inverse) | index(x[from + j + 16] * inverse) << 4);
    }
  }

  /**
   * floor(log2 a) + 125, or 0. llama.cpp's logarithm is a float: just below a power of two it is
   * rounded up to the next integer.
   */
  static int exponent(float a) {
    if (!(a > 0)) {
      return 0;
    }
    boolean nearNext = (Float.floatToRawIntBits(a) & 0x7fffff) > 0x7fff00;
    if (a >= Float.MIN_NORMAL && !nearNext) {
      return Math.getExponent(a) + 125;
    }
    return (int) Math.floor((float) (Math.log(a) / Math.log(2))) + 125;
  }

  private static float scale(int e) {
    return Float.intBitsToFloat(e < 2 ? 0x00200000 << e : (e - 1) << 23);
  }

  /** Of twice a value in units of h. */
  static int index(float doubled) {
    float a = Math.abs(doubled);
    int t = (int) a;
    int index = INDEX[t < a ? t + 1 : t];
    return doubled < 0 && index != 0 ? index + 8 : index;
  }

  /** By definition: the first of the nearest. */
  static int compared(float x, float h) {
    int best = 0;
    for (int i = 1; i < 16; i++) {
      if (Math.abs(VALUES[i] * h - x) < Math.abs(VALUES[best] * h - x)) {
        best = i;
      }
    }
    return best;
  }
}
