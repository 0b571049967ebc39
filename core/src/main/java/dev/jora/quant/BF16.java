package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/** The upper 16 bits of a float, little-endian. */
final class BF16 extends BlockDecoder {
  BF16() {
    super(GgmlType.BF16);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    dst[to] = Float.intBitsToFloat(u16(src, at) << 16);
  }
}
