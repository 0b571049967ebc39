package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.INT;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.unsignedByte;

import dev.jora.tensor.GgmlType;

/** 66 bytes: half d, per 32 values 4 indices of a byte, then 4 · 7 bits of signs and a scale. */
final class VectorIQ2_XXS implements VectorFormat {
  private static final int BYTES = 66;

  @Override
  public GgmlType type() {
    return GgmlType.IQ2_XXS;
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
      long word = p + 2 + g / 4 * 8L;
      int fields = MEMORY.get(INT, (word + 4) & ADDRESS);
      long negative = GridPoints.negativeByField(fields >>> 7 * (g % 4));
      GridPoints.put(GridPoints.IQ2_XXS[unsignedByte(word + g % 4)], negative, bytes + 8L * g);
    }
    float d = half(p);
    for (int j = 0; j < 8; j++) {
      int c = MEMORY.get(INT, (p + 6 + 8L * j) & ADDRESS) >>> 28;
      GridPoints.scaled(bytes + 32L * j, 32, 0, d * (0.5f + c) * 0.25f, o + 128L * j);
    }
  }
}
