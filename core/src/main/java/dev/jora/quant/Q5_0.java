package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 32 values of 5 bits around zero: d (q - 16).
 *
 * <pre>
 * 0  d   half
 * 2  qh  u32, bit i is the fifth bit of value i
 * 6  qs  16 bytes
 * </pre>
 *
 * <p>Byte j of qs: value j in the low nibble, value j + 16 in the high nibble.
 */
final class Q5_0 extends BlockDecoder {
  Q5_0() {
    super(GgmlType.Q5_0);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    int high = i32(src, at + 2);
    for (int j = 0; j < 16; j++) {
      int q = u8(src, at + 6 + j);
      dst[to + j] = ((q & 15 | (high >>> j & 1) << 4) - 16) * d;
      dst[to + j + 16] = ((q >> 4 | (high >>> j + 16 & 1) << 4) - 16) * d;
    }
  }
}
