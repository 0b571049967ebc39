package dev.jora.kernel;

import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.unsignedByte;

import dev.jora.tensor.GgmlType;

/**
 * 82 bytes: half d, 32 lower bytes of indices, 32 bytes of signs, 32 pairs of upper bits of
 * indices, 16 nibbles of scales.
 */
final class VectorIQ2_S implements VectorFormat {
  private static final int BYTES = 82;

  @Override
  public GgmlType type() {
    return GgmlType.IQ2_S;
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
      int high = unsignedByte(p + 66 + g / 4) >> 2 * (g % 4) & 3;
      long values = GridPoints.IQ2_S[unsignedByte(p + 2 + g) | high << 8];
      long negative = GridPoints.negative(unsignedByte(p + 34 + g));
      GridPoints.put(values, negative, bytes + 8L * g);
    }
    VectorIQ2_XS.scaled(half(p), p + 74, bytes, o);
  }
}
