package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 256 values of 2 bits, each 16 with a 4-bit scale s and minimum m: d s q - dmin m.
 *
 * <pre>
 * 0   scales  16 bytes, s in the low nibble, m in the high nibble
 * 16  qs      64 bytes
 * 80  d       half
 * 82  dmin    half
 * </pre>
 *
 * <p>Byte 32 h + l of qs, bits 2 t and 2 t + 1: value 128 h + 32 t + l.
 */
final class Q2_K extends BlockDecoder {
  Q2_K() {
    super(GgmlType.Q2_K);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at + 80);
    float dmin = half(src, at + 82);
    for (int e = 0; e < 256; e++) {
      int scales = u8(src, at + e / 16);
      int q = u8(src, at + 16 + 32 * (e / 128) + e % 32) >> 2 * (e / 32 % 4) & 3;
      dst[to + e] = d * (scales & 15) * q - dmin * (scales >> 4);
    }
  }
}
