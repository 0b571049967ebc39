package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 256 values in groups of 8, each a point of a grid ({@link IqGrids}) with signs; each 32 with a
 * 4-bit scale c: d (0.5 + c) / 4 · value.
 *
 * <pre>
 * 0  d   half
 * 2  qs  8 times two u32: byte k of the first is the index of group k; the second has the signs of
 *        group k in bits 7 k to 7 k + 6 ({@link SignFields}) and c in bits 28 to 31
 * </pre>
 */
final class IQ2_XXS extends BlockDecoder {
  IQ2_XXS() {
    super(GgmlType.IQ2_XXS);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    for (int j = 0; j < 8; j++) {
      long qs = at + 2 + 8 * j;
      int second = i32(src, qs + 4);
      float scale = d * (0.5f + (second >>> 28)) * 0.25f;
      for (int k = 0; k < 4; k++) {
        int signs = SignFields.signs(second >>> 7 * k);
        IqGrids.Grids.IQ2_XXS.point(u8(src, qs + k), signs, scale, dst, to + 32 * j + 8 * k);
      }
    }
  }
}
