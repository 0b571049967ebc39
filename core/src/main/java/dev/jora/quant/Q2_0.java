package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 64 values of -1, 0, 1 or 2 times d: d (q - 1).
 *
 * <pre>
 * 0  d   half
 * 2  qs  16 bytes, byte i bits 2 j and 2 j + 1: value 4 i + j
 * </pre>
 */
final class Q2_0 extends BlockDecoder {
  Q2_0() {
    super(GgmlType.Q2_0);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    for (int e = 0; e < 64; e++) {
      int q = u8(src, at + 2 + e / 4) >> 2 * (e % 4) & 3;
      dst[to + e] = (q - 1) * d;
    }
  }
}
