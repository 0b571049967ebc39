package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/** One float, little-endian. */
final class F32 extends BlockDecoder implements BlockEncoder {
  F32() {
    super(GgmlType.F32);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    dst[to] = Float.intBitsToFloat(i32(src, at));
  }

  @Override
  public void encodeBlock(float[] src, int from, MemorySegment dst, long at) {
    dst.set(INT, at, Float.floatToRawIntBits(src[from]));
  }
}
