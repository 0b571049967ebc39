package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 64 floats of 4 bits as in MXFP4, each 16 times a scale that is a float of 8 bits: 4 of exponent E
 * and 3 of mantissa F, halved because the values stand doubled.
 *
 * <pre>
 * 0  scales  4 bytes: F in bits 0 to 2, E in bits 3 to 6; bit 7 has no meaning
 * 4  qs      4 groups of 8 bytes
 * </pre>
 *
 * <p>Byte j of a group: value j in the low nibble, value j + 8 in the high nibble.
 */
final class NVFP4 extends BlockDecoder {
  NVFP4() {
    super(GgmlType.NVFP4);
  }

  /** Half of (1 + F / 8) 2^(E - 7), for E = 0 of F 2^-9; 0 where the byte stands for no number. */
  private static float scale(int b) {
    if (b == 0x7f) {
      return 0;
    }
    int exponent = b >> 3 & 15;
    int mantissa = b & 7;
    return exponent == 0
        ? Math.scalb((float) mantissa, -10)
        : Math.scalb(8f + mantissa, exponent - 11);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    for (int s = 0; s < 4; s++) {
      float d = scale(u8(src, at + s));
      for (int j = 0; j < 8; j++) {
        int q = u8(src, at + 4 + 8 * s + j);
        dst[to + 16 * s + j] = MXFP4.VALUES[q & 15] * d;
        dst[to + 16 * s + j + 8] = MXFP4.VALUES[q >> 4] * d;
      }
    }
  }
}
