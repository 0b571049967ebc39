package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/** One IEEE half, little-endian. */
final class F16 extends BlockDecoder implements BlockEncoder {
  F16() {
    super(GgmlType.F16);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    dst[to] = half(src, at);
  }

  @Override
  public void encodeBlock(float[] src, int from, MemorySegment dst, long at) {
    dst.set(SHORT, at, Float.floatToFloat16(src[from]));
  }
}
