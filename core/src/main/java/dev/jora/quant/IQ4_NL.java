package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 32 indices of 4 bits into a table V: d V[q].
 *
 * <pre>
 * 0  d   half
 * 2  qs  16 bytes
 * </pre>
 *
 * <p>Byte j of qs: value j in the low nibble, value j + 16 in the high nibble.
 */
final class IQ4_NL extends BlockDecoder {
  IQ4_NL() {
    super(GgmlType.IQ4_NL);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at);
    for (int j = 0; j < 16; j++) {
      int q = u8(src, at + 2 + j);
      dst[to + j] = d * Iq4Values.VALUES[q & 15];
      dst[to + j + 16] = d * Iq4Values.VALUES[q >> 4];
    }
  }
}
