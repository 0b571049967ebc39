package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 32 values of 5 bits above a minimum: d q + m.
 *
 * <pre>
 * 0  d   half
 * 2  m   half
 * 4  qh  u32, bit i is the fifth bit of value i
 * 8  qs  16 bytes
 * </pre>
 *
 * <p>Byte j of qs: value j in the low nibble, value j + 16 in the high nibble.
 */
final class Q5_1 extends BlockDecoder {
  Q5_1() {
    super(GgmlType.Q5_1);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    float m = half(src, at + 2);
    int high = i32(src, at + 4);
    for (int j = 0; j < 16; j++) {
      int q = u8(src, at + 8 + j);
      dst[to + j] = (q & 15 | (high >>> j & 1) << 4) * d + m;
      dst[to + j + 16] = (q >> 4 | (high >>> j + 16 & 1) << 4) * d + m;
    }
  }
}
