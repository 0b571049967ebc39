package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.INT;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.unsignedByte;

import dev.jora.tensor.GgmlType;

/** 98 bytes: half d, 64 indices of a byte, per 32 values 4 · 7 bits of signs and a scale. */
final class VectorIQ3_XXS implements VectorFormat {
  private static final int BYTES = 98;

  @Override
  public GgmlType type() {
    return GgmlType.IQ3_XXS;
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
      long first = GridPoints.IQ3_XXS[unsignedByte(p + 2 + 2L * g)];
      long second = GridPoints.IQ3_XXS[unsignedByte(p + 3 + 2L * g)];
      int fields = MEMORY.get(INT, (p + 66 + g / 4 * 4L) & ADDRESS);
      long negative = GridPoints.negativeByField(fields >>> 7 * (g % 4));
      GridPoints.put(first | second << 32, negative, bytes + 8L * g);
    }
    float d = half(p);
    for (int j = 0; j < 8; j++) {
      int c = MEMORY.get(INT, (p + 66 + 4L * j) & ADDRESS) >>> 28;
      GridPoints.scaled(bytes + 32L * j, 32, 0, d * (0.5f + c) * 0.5f, o + 128L * j);
    }
  }
}
