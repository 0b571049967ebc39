package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 128 values of d or -d.
 *
 * <pre>
 * 0  d   half
 * 2  qs  16 bytes, byte i bit j: value 8 i + j is d, else -d
 * </pre>
 */
final class Q1_0 extends BlockDecoder {
  Q1_0() {
    super(GgmlType.Q1_0);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    for (int e = 0; e < 128; e++) {
      dst[to + e] = (u8(src, at + 2 + e / 8) >> e % 8 & 1) != 0 ? d : -d;
    }
  }
}
