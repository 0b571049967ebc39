package dev.jora.kernel;

import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.unsignedByte;

import dev.jora.tensor.GgmlType;

/**
 * 110 bytes: half d, 64 lower bytes of indices, 64 upper bits of them, 32 bytes of signs, 8 nibbles
 * of scales.
 */
final class VectorIQ3_S implements VectorFormat {
  private static final int BYTES = 110;

  @Override
  public GgmlType type() {
    return GgmlType.IQ3_S;
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
      int high = unsignedByte(p + 66 + g / 4) >> 2 * (g % 4);
      long first = GridPoints.IQ3_S[unsignedByte(p + 2 + 2L * g) | (high & 1) << 8];
      long second = GridPoints.IQ3_S[unsignedByte(p + 3 + 2L * g) | (high & 2) << 7];
      long negative = GridPoints.negative(unsignedByte(p + 74 + g));
      GridPoints.put(first | second << 32, negative, bytes + 8L * g);
    }
    float d = half(p);
    for (int j = 0; j < 8; j++) {
      int c = unsignedByte(p + 106 + j / 2) >> 4 * (j % 2) & 15;
      GridPoints.scaled(bytes + 32L * j, 32, 0, d * (1 + 2 * c), o + 128L * j);
    }
  }
}
