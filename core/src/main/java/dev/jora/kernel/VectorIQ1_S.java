package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.SHORT;
import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.unsignedByte;

import dev.jora.tensor.GgmlType;

/** 50 bytes: half d, 32 lower bytes of indices, per 32 values a word of all else. */
final class VectorIQ1_S implements VectorFormat {
  private static final int BYTES = 50;

  @Override
  public GgmlType type() {
    return GgmlType.IQ1_S;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 256; b++) {
      block(w + (long) BYTES * b, out + 1024L * b);
    }
  }

  private static void block(long p, long o) {
    long bytes = GridPoints.bytes(o);
    for (int g = 0; g < 32; g++) {
      int word = MEMORY.get(SHORT, (p + 34 + g / 4 * 2L) & ADDRESS);
      int high = word >> 3 * (g % 4) & 7;
      put(unsignedByte(p + 2 + g) | high << 8, word >> 15 & 1, bytes + 8L * g);
    }
    float d = half(p);
    for (int j = 0; j < 8; j++) {
      int c = MEMORY.get(SHORT, (p + 34 + 2L * j) & ADDRESS) >> 12 & 7;
      scaled(bytes + 32L * j, 32, d * (2 * c + 1), o + 128L * j);
    }
  }

  /** Eight values of IQ1 times 8, raised by {@link GridPoints#IQ1_ZERO}; down: 0 or 1. */
  static void put(int index, int down, long at) {
    long shift = (1 - down) * 0x0202020202020202L;
    GridPoints.put(GridPoints.IQ1[index] + shift, 0, at);
  }

  static void scaled(long bytes, int n, float scale, long out) {
    GridPoints.scaled(bytes, n, GridPoints.IQ1_ZERO, scale * 0.125f, out);
  }
}
