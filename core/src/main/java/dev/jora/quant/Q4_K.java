package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 256 values of 4 bits, each 32 with a 6-bit scale s and minimum m: d s q - dmin m.
 *
 * <pre>
 * 0   d       half
 * 2   dmin    half
 * 4   scales  12 bytes, see KScales
 * 16  qs      128 bytes
 * </pre>
 *
 * <p>Byte 32 g + l of qs: value 64 g + l in the low nibble, value 64 g + 32 + l in the high nibble.
 */
final class Q4_K extends BlockDecoder {
  Q4_K() {
    super(GgmlType.Q4_K);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    float dmin = half(src, at + 2);
    for (int j = 0; j < 8; j++) {
      float scale = d * KScales.scale(src, at + 4, j);
      float min = dmin * KScales.min(src, at + 4, j);
      for (int l = 0; l < 32; l++) {
        int q = u8(src, at + 16 + 32 * (j / 2) + l) >> 4 * (j % 2) & 15;
        dst[to + 32 * j + l] = scale * q - min;
      }
    }
  }
}
