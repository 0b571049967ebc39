package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 256 values of -1, 0, 1 times d, five to a byte.
 *
 * <pre>
 * 0   qs  48 bytes
 * 48  qh  4 bytes, four values each
 * 52  d   half
 * </pre>
 *
 * <p>Value n of a byte is ((byte 3^n mod 256) 3) / 256. Byte l &lt; 32 of qs holds values l + 32 n,
 * byte 32 + l holds 160 + l + 16 n, byte l of qh holds 240 + l + 4 n.
 */
final class TQ1_0 extends BlockDecoder {
  TQ1_0() {
    super(GgmlType.TQ1_0);
  }

  private static final int[] POWERS = {1, 3, 9, 27, 81};

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at + 52);
    for (int e = 0; e < 256; e++) {
      int index;
      int n;
      if (e < 160) {
        index = e % 32;
        n = e / 32;
      } else if (e < 240) {
        index = 32 + (e - 160) % 16;
        n = (e - 160) / 16;
      } else {
        index = 48 + (e - 240) % 4;
        n = (e - 240) / 4;
      }
      int trit = (u8(src, at + index) * POWERS[n] & 255) * 3 >> 8;
      dst[to + e] = (trit - 1) * d;
    }
  }
}
