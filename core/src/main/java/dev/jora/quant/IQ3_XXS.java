package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 256 values in quads, each a point of a grid ({@link IqGrids}) with signs; each 32 with a 4-bit
 * scale c: d (0.5 + c) / 2 · value.
 *
 * <pre>
 * 0   d      half
 * 2   qs     64 bytes, the index of each quad
 * 66  signs  8 u32, one per 32 values: the signs of 8 values in bits 7 k to 7 k + 6 ({@link
 *            SignFields}), c in bits 28 to 31
 * </pre>
 */
final class IQ3_XXS extends BlockDecoder {
  IQ3_XXS() {
    super(GgmlType.IQ3_XXS);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    for (int q = 0; q < 64; q++) {
      int word = i32(src, at + 66 + 4 * (q / 8));
      float scale = d * (0.5f + (word >>> 28)) * 0.5f;
      int signs = SignFields.signs(word >>> 7 * (q / 2 % 4)) >> 4 * (q % 2);
      IqGrids.Grids.IQ3_XXS.point(u8(src, at + 2 + q), signs, scale, dst, to + 4 * q);
    }
  }
}
