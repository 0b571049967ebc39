package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 256 values of 3 bits around zero, each 16 with a 6-bit scale c: d (c - 32) (q - 4).
 *
 * <pre>
 * 0    hmask   32 bytes, byte l bit b is the high bit of value 32 b + l
 * 32   qs      64 bytes, the low two bits as in Q2_K
 * 96   scales  12 bytes
 * 108  d       half
 * </pre>
 *
 * <p>Byte i &lt; 8 of scales: the low four bits of c_i in the low nibble, of c_(i+8) in the high
 * nibble. Byte 8 + i, i &lt; 4, bits 2 t and 2 t + 1: the high bits of c_(i + 4 t).
 */
final class Q3_K extends BlockDecoder {
  Q3_K() {
    super(GgmlType.Q3_K);
  }

  /** c_j, 0 to 63. */
  static int scale(MemorySegment src, long scales, int j) {
    int low = u8(src, scales + j % 8) >> 4 * (j / 8) & 15;
    int high = u8(src, scales + 8 + j % 4) >> 2 * (j / 4) & 3;
    return low | high << 4;
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at + 108);
    for (int e = 0; e < 256; e++) {
      int low = u8(src, at + 32 + 32 * (e / 128) + e % 32) >> 2 * (e / 32 % 4) & 3;
      int high = u8(src, at + e % 32) >> e / 32 & 1;
      dst[to + e] = d * (scale(src, at + 96, e / 16) - 32) * ((low | high << 2) - 4);
    }
  }
}
