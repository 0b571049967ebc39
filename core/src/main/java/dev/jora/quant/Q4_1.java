package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 32 values of 4 bits above a minimum: d q + m.
 *
 * <pre>
 * 0  d   half
 * 2  m   half
 * 4  qs  16 bytes
 * </pre>
 *
 * <p>Byte j of qs: value j in the low nibble, value j + 16 in the high nibble.
 */
final class Q4_1 extends BlockDecoder {
  Q4_1() {
    super(GgmlType.Q4_1);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    float m = half(src, at + 2);
    for (int j = 0; j < 16; j++) {
      int q = u8(src, at + 4 + j);
      dst[to + j] = (q & 15) * d + m;
      dst[to + j + 16] = (q >> 4) * d + m;
    }
  }
}
