package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 256 indices of 4 bits into a table V, each 32 with a 6-bit scale c: d (c - 32) V[q].
 *
 * <pre>
 * 0  d         half
 * 2  scales_h  u16, bits 2 j and 2 j + 1 are the high bits of c_j
 * 4  scales_l  4 bytes, byte i: c_2i low nibble, c_(2i+1) high nibble
 * 8  qs        8 groups of 16 bytes, each like IQ4_NL
 * </pre>
 */
final class IQ4_XS extends BlockDecoder {
  IQ4_XS() {
    super(GgmlType.IQ4_XS);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    int high = u16(src, at + 2);
    for (int j = 0; j < 8; j++) {
      int low = u8(src, at + 4 + j / 2) >> 4 * (j % 2) & 15;
      float scale = d * ((low | (high >> 2 * j & 3) << 4) - 32);
      for (int l = 0; l < 16; l++) {
        int q = u8(src, at + 8 + 16 * j + l);
        dst[to + 32 * j + l] = scale * Iq4Values.VALUES[q & 15];
        dst[to + 32 * j + l + 16] = scale * Iq4Values.VALUES[q >> 4];
      }
    }
  }
}
