package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 256 values in groups of 8, each a point of a grid ({@link IqGrids}) with signs; each 16 with a
 * 4-bit scale c: d (0.5 + c) / 4 · value.
 *
 * <pre>
 * 0   d       half
 * 2   qs      32 u16, one per group: index in bits 0 to 8, signs in bits 9 to 15 ({@link
 *             SignFields})
 * 66  scales  8 bytes, byte i: c_2i low nibble, c_(2i+1) high nibble
 * </pre>
 */
final class IQ2_XS extends BlockDecoder {
  IQ2_XS() {
    super(GgmlType.IQ2_XS);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    for (int g = 0; g < 32; g++) {
      int q = u16(src, at + 2 + 2 * g);
      int c = u8(src, at + 66 + g / 4) >> 4 * (g / 2 % 2) & 15;
      float scale = d * (0.5f + c) * 0.25f;
      int signs = SignFields.signs(q >> 9);
      IqGrids.Grids.IQ2_XS.point(q & 511, signs, scale, dst, to + 8 * g);
    }
  }
}
