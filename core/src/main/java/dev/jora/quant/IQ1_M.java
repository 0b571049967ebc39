package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 256 values in groups of 8, each a point of a grid ({@link IqGrids}) shifted by 1/8, up or down;
 * each 16 with a 3-bit scale c: d (2 c + 1) (value ± 1/8).
 *
 * <pre>
 * 0   qs      32 bytes, one per group: bits 0 to 7 of the index
 * 32  qh      16 bytes of two nibbles, one per group: bits 0 to 2 are bits 8 to 10 of the index,
 *             bit 3 set: down
 * 48  scales  4 u16: c_i in bits 3 (i % 4) and two more of word i / 4; bits 12 to 15 of word k are
 *             bits 4 k to 4 k + 3 of the half d
 * </pre>
 */
final class IQ1_M extends BlockDecoder {
  IQ1_M() {
    super(GgmlType.IQ1_M);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    int bits = 0;
    for (int k = 0; k < 4; k++) {
      bits |= u16(src, at + 48 + 2 * k) >> 12 << 4 * k;
    }
    float d = Float.float16ToFloat((short) bits);
    for (int g = 0; g < 32; g++) {
      int nibble = u8(src, at + 32 + g / 2) >> 4 * (g % 2) & 15;
      int index = u8(src, at + g) | (nibble & 7) << 8;
      int c = u16(src, at + 48 + 2 * (g / 8)) >> 3 * (g / 2 % 4) & 7;
      float shift = nibble >> 3 == 0 ? IQ1_S.SHIFT : -IQ1_S.SHIFT;
      IqGrids.Grids.IQ1.shiftedPoint(index, shift, d * (2 * c + 1), dst, to + 8 * g);
    }
  }
}
