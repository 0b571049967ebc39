package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 256 values in groups of 8, each a point of a grid ({@link IqGrids}); each 32 with a 3-bit scale c
 * and a shift of 1/8, up or down: d (2 c + 1) (value ± 1/8).
 *
 * <pre>
 * 0   d   half
 * 2   qs  32 bytes, one per group: bits 0 to 7 of the index
 * 34  qh  8 u16, one per 32 values: bits 3 k to 3 k + 2 are bits 8 to 10 of the index of group k,
 *         bits 12 to 14 are c, bit 15 set: down
 * </pre>
 */
final class IQ1_S extends BlockDecoder {
  /** How far the values of IQ1 are from whole ones. */
  static final float SHIFT = 0.125f;

  IQ1_S() {
    super(GgmlType.IQ1_S);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    for (int g = 0; g < 32; g++) {
      int word = u16(src, at + 34 + 2 * (g / 4));
      int index = u8(src, at + 2 + g) | (word >> 3 * (g % 4) & 7) << 8;
      float scale = d * (2 * (word >> 12 & 7) + 1);
      float shift = word >> 15 == 0 ? SHIFT : -SHIFT;
      IqGrids.Grids.IQ1.shiftedPoint(index, shift, scale, dst, to + 8 * g);
    }
  }
}
