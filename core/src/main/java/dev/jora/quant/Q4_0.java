package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 32 values of 4 bits around zero: d (q - 8).
 *
 * <pre>
 * 0  d   half
 * 2  qs  16 bytes
 * </pre>
 *
 * <p>Byte j of qs: value j in the low nibble, value j + 16 in the high nibble.
 */
final class Q4_0 extends BlockDecoder {
  Q4_0() {
    super(GgmlType.Q4_0);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    for (int j = 0; j < 16; j++) {
      int q = u8(src, at + 2 + j);
      dst[to + j] = ((q & 15) - 8) * d;
      dst[to + j + 16] = ((q >> 4) - 8) * d;
    }
  }
}
