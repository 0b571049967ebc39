package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 256 values of -1, 0, 1 (or 2) times d in 2 bits: d (q - 1).
 *
 * <pre>
 * 0   qs  64 bytes
 * 64  d   half
 * </pre>
 *
 * <p>Byte 32 h + l of qs, bits 2 t and 2 t + 1: value 128 h + 32 t + l.
 */
final class TQ2_0 extends BlockDecoder {
  TQ2_0() {
    super(GgmlType.TQ2_0);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at + 64);
    for (int e = 0; e < 256; e++) {
      int q = u8(src, at + 32 * (e / 128) + e % 32) >> 2 * (e / 32 % 4) & 3;
      dst[to + e] = (q - 1) * d;
    }
  }
}
