package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/** The upper 16 bits of a float, little-endian. */
final class BF16 extends BlockDecoder implements BlockEncoder {
  BF16() {
    super(GgmlType.BF16);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    dst[to] = Float.intBitsToFloat(u16(src, at) << 16);
  }

  @Override
  public void encodeBlock(float[] src, int from, MemorySegment dst, long at) {
    int bits = Float.floatToRawIntBits(src[from]);
    int top = Float.isNaN(src[from]) ? bits >> 16 | 64 : bits + 0x7fff + (bits >> 16 & 1) >> 16;
    dst.set(SHORT, at, (short) top);
  }
}
