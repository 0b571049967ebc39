package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 32 signed bytes: d q.
 *
 * <pre>
 * 0  d   half
 * 2  qs  32 bytes
 * </pre>
 */
final class Q8_0 extends BlockDecoder {
  Q8_0() {
    super(GgmlType.Q8_0);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    for (int j = 0; j < 32; j++) {
      dst[to + j] = s8(src, at + 2 + j) * d;
    }
  }
}
