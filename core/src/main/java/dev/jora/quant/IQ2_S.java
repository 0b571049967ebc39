package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 256 values in groups of 8, each a point of a grid ({@link IqGrids}) with signs; each 16 with a
 * 4-bit scale c: d (0.5 + c) / 4 · value.
 *
 * <pre>
 * 0   d       half
 * 2   qs      32 bytes, one per group: bits 0 to 7 of the index
 * 34  signs   32 bytes, one per group: bit i set: value i is negative
 * 66  qh      8 bytes, byte j, bits 2 k and 2 k + 1: bits 8 and 9 of the index of group 4 j + k
 * 74  scales  8 bytes, byte i: c_2i low nibble, c_(2i+1) high nibble
 * </pre>
 */
final class IQ2_S extends BlockDecoder {
  IQ2_S() {
    super(GgmlType.IQ2_S);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    for (int g = 0; g < 32; g++) {
      int high = u8(src, at + 66 + g / 4) >> 2 * (g % 4) & 3;
      int index = u8(src, at + 2 + g) | high << 8;
      int c = u8(src, at + 74 + g / 4) >> 4 * (g / 2 % 2) & 15;
      float scale = d * (0.5f + c) * 0.25f;
      IqGrids.Grids.IQ2_S.point(index, u8(src, at + 34 + g), scale, dst, to + 8 * g);
    }
  }
}
