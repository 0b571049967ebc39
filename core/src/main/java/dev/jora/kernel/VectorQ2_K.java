package dev.jora.kernel;

import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.broadcast;
import static dev.jora.kernel.Vectors.floats;
import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.unsignedByte;
import static dev.jora.kernel.Vectors.unsignedBytes;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 84 bytes: 16 scale and minimum nibbles, 64 bytes of 2 bits, halves d and dmin. */
final class VectorQ2_K implements VectorFormat {
  private static final int BYTES = 84;

  @Override
  public GgmlType type() {
    return GgmlType.Q2_K;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 256; b++) {
      block(w + (long) BYTES * b, out + 1024L * b);
    }
  }

  private static void block(long p, long o) {
    float d = half(p + 80);
    float dmin = half(p + 82);
    for (int e = 0; e < 256; e += 16) {
      int s = unsignedByte(p + e / 16);
      FloatVector scale = broadcast(d * (s & 15));
      FloatVector min = broadcast(-dmin * (s >> 4));
      long quants = p + 16 + 32 * (e / 128) + e % 32;
      int shift = 2 * (e / 32 % 4);
      for (int i = 0; i < 16; i += LANES) {
        IntVector q = unsignedBytes(quants + i).lanewise(LSHR, shift).and(3);
        store(floats(q).fma(scale, min), o + 4L * (e + i));
      }
    }
  }
}
