package dev.jora.kernel;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Stores rows of the KV cache, for every kernel set: a few thousand values per token, in plain
 * loops over checked segments, of which C2 vectorises the conversion to halves by itself.
 */
final class CacheRows {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  private CacheRows() {}

  /** As {@link Kernels#quantize}. */
  static void quantize(
      GgmlType type, MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset) {
    Objects.checkFromIndexSize(0L, type.rowBytes(n), out.byteSize() - outOffset);
    switch (type) {
      case F32 -> MemorySegment.copy(x, xOffset, out, outOffset, 4L * n);
      case F16 -> {
        for (int i = 0; i < n; i++) {
          out.set(SHORT, outOffset + 2L * i, Float.floatToFloat16(get(x, xOffset, i)));
        }
      }
      case BF16 -> {
        for (int i = 0; i < n; i++) {
          out.set(SHORT, outOffset + 2L * i, toBf16(get(x, xOffset, i)));
        }
      }
      case Q8_0 -> {
        for (int b = 0; b < n / 32; b++) {
          quantizeQ8(x, xOffset + 128L * b, out, outOffset + 34L * b);
        }
      }
      default ->
          throw new IllegalArgumentException(
              "rows cannot be stored as " + type + ": choose F32, F16, BF16 or Q8_0");
    }
  }

  /** Nearest, ties to even; a NaN stays a NaN. */
  private static short toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >> 16 | 64);
    }
    return (short) (bits + 0x7fff + (bits >> 16 & 1) >> 16);
  }

  /** One block of 32: d = max |x| / 127 as a half, then the levels, ties away from zero. */
  private static void quantizeQ8(MemorySegment x, long xOffset, MemorySegment out, long offset) {
    float max = 0;
    for (int i = 0; i < 32; i++) {
      max = Math.max(max, Math.abs(get(x, xOffset, i)));
    }
    float d = max / 127;
    float inverse = d != 0 ? 1 / d : 0;
    out.set(SHORT, offset, Float.floatToFloat16(d));
    for (int i = 0; i < 32; i++) {
      float level = get(x, xOffset, i) * inverse;
      int rounded = (int) level;
      if (Math.abs(level - rounded) >= 0.5f) {
        rounded += level < 0 ? -1 : 1;
      }
      out.set(ValueLayout.JAVA_BYTE, offset + 2 + i, (byte) rounded);
    }
  }

  private static float get(MemorySegment m, long offset, int i) {
    return m.get(FLOAT, offset + 4L * i);
  }
}
