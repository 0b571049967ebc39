package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * 256 values of 6 bits around zero, each 16 with a signed byte scale s: d s (q - 32).
 *
 * <pre>
 * 0    ql      128 bytes, the low four bits
 * 128  qh      64 bytes, the high two bits
 * 192  scales  16 signed bytes
 * 208  d       half
 * </pre>
 *
 * <p>Byte 64 h + l of ql: value 128 h + l low, 128 h + 64 + l high (l 0..63). Byte 32 h + l of qh,
 * bits 2 t and 2 t + 1: value 128 h + 32 t + l.
 */
final class Q6_K extends BlockDecoder {
  Q6_K() {
    super(GgmlType.Q6_K);
  }

  @Override
  void block(MemorySegment src, long at, float[] dst, int to) {
    float d = half(src, at + 208);
    for (int e = 0; e < 256; e++) {
      int h = e / 128;
      int low = u8(src, at + 64 * h + e % 64) >> 4 * (e / 64 % 2) & 15;
      int high = u8(src, at + 128 + 32 * h + e % 32) >> 2 * (e / 32 % 4) & 3;
      dst[to + e] = d * s8(src, at + 192 + e / 16) * ((low | high << 4) - 32);
    }
  }
}
