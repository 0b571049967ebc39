package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 32 floats of 4 bits (sign, two bits of exponent, one of mantissa) times 2^(e - 128), as V holds
 * them doubled.
 *
 * <pre>
 * 0  e   exponent byte
 * 1  qs  16 bytes
 * </pre>
 *
 * <p>Byte j of qs: value j in the low nibble, value j + 16 in the high nibble.
 */
final class MXFP4 extends BlockDecoder {
  MXFP4() {
    super(GgmlType.MXFP4);
  }

  /** Doubled, so that they are whole. */
  static final int[] VALUES = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    int e = u8(src, at);
    float d = Float.intBitsToFloat(e < 2 ? 0x00200000 << e : (e - 1) << 23);
    for (int j = 0; j < 16; j++) {
      int q = u8(src, at + 1 + j);
      dst[to + j] = VALUES[q & 15] * d;
      dst[to + j + 16] = VALUES[q >> 4] * d;
    }
  }
}
