package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/** One IEEE half, little-endian. */
final class F16 extends BlockDecoder {
  F16() {
    super(GgmlType.F16);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    dst[to] = half(src, at);
  }
}
