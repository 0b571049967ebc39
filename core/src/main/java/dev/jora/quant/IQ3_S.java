package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 256 values in quads, each a point of a grid ({@link IqGrids}) with signs; each 32 with a 4-bit
 * scale c: d (1 + 2 c) · value.
 *
 * <pre>
 * 0    d       half
 * 2    qs      64 bytes, one per quad: bits 0 to 7 of the index
 * 66   qh      8 bytes, byte j bit k: bit 8 of the index of quad 8 j + k
 * 74   signs   32 bytes, one per 8 values: bit i set: value i is negative
 * 106  scales  4 bytes, byte i: c_2i low nibble, c_(2i+1) high nibble
 * </pre>
 */
final class IQ3_S extends BlockDecoder {
  IQ3_S() {
    super(GgmlType.IQ3_S);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    for (int q = 0; q < 64; q++) {
      int high = u8(src, at + 66 + q / 8) >> q % 8 & 1;
      int index = u8(src, at + 2 + q) | high << 8;
      int c = u8(src, at + 106 + q / 16) >> 4 * (q / 8 % 2) & 15;
      float scale = d * (1 + 2 * c);
      int signs = u8(src, at + 74 + q / 2) >> 4 * (q % 2);
      IqGrids.Grids.IQ3_S.point(index, signs, scale, dst, to + 4 * q);
    }
  }
}
