package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * 32 signed bytes: d q.
 *
 * <pre>
 * 0  d   half
 * 2  qs  32 bytes
 * </pre>
 */
final class Q8_0 extends BlockDecoder implements BlockEncoder {
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

  @Override
  public void encodeBlock(float[] src, int from, MemorySegment dst, long at) {
    float max = 0;
    for (int j = 0; j < 32; j++) {
      float x = Math.abs(src[from + j]);
      if (x > max) {
        max = x;
      }
    }
    float d = max / 127;
    float inverse = d != 0 ? 1 / d : 0; // of the float d, not of the half that is stored
    dst.set(SHORT, at, Float.floatToFloat16(d));
    for (int j = 0; j < 32; j++) {
      dst.set(ValueLayout.JAVA_BYTE, at + 2 + j, (byte) nearest(src[from + j] * inverse));
    }
  }

  /** The nearest integer, ties away from zero; 0 where v is not an int (1 / d overflowed). */
  private static int nearest(float v) {
    if (!(Math.abs(v) < 0x1p31f)) {
      return 0;
    }
    int whole = (int) v;
    return Math.abs(v - whole) >= 0.5f ? whole + (v < 0 ? -1 : 1) : whole;
  }
}
