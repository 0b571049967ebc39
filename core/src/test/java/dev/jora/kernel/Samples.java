package dev.jora.kernel;

import static org.junit.jupiter.api.Assertions.fail;

import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Data for kernel tests. */
final class Samples {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private Samples() {}

  /**
   * n weights of any type, {@code shift} bytes into a segment: random bytes, block by block, until
   * the block's largest value lies in [2^-6, 2^6]. So no type needs a generator of its own.
   */
  static MemorySegment weights(Arena arena, GgmlType type, int n, long shift, Random random) {
    BlockFormat format = BlockFormats.of(type);
    MemorySegment w = arena.allocate(shift + type.rowBytes(n), 64);
    byte[] bytes = new byte[type.blockBytes()];
    float[] values = new float[type.blockSize()];
    for (int b = 0; b < n / type.blockSize(); b++) {
      long at = shift + (long) b * bytes.length;
      float largest;
      do {
        random.nextBytes(bytes);
        MemorySegment.copy(bytes, 0, w, ValueLayout.JAVA_BYTE, at, bytes.length);
        format.dequantize(w, at, values, 0, values.length);
        largest = 0;
        for (float value : values) {
          largest = Math.max(largest, Math.abs(value));
        }
      } while (!(largest >= 0x1p-6f && largest <= 0x1p6f));
    }
    return w;
  }

  /** n floats from a normal distribution of this width. */
  static MemorySegment floats(Arena arena, int n, float magnitude, Random random) {
    MemorySegment x = arena.allocate(4L * n, 64);
    for (int i = 0; i < n; i++) {
      set(x, i, (float) (random.nextGaussian() * magnitude));
    }
    return x;
  }

  static float get(MemorySegment m, int i) {
    return m.get(FLOAT, 4L * i);
  }

  static void set(MemorySegment m, int i, float value) {
    m.set(FLOAT, 4L * i, value);
  }

  static void assertClose(float expected, float actual, float bound, String at) {
    if (!(Math.abs(expected - actual) <= bound) && Float.compare(expected, actual) != 0) {
      fail(at + ": expected " + expected + " ± " + bound + ", got " + actual);
    }
  }
}
