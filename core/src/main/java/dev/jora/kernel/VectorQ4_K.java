package dev.jora.kernel;

import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.broadcast;
import static dev.jora.kernel.Vectors.floats;
import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.unsignedBytes;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 144 bytes: halves d and dmin, 12 bytes of 6-bit scales and minima, 128 bytes of nibbles. */
final class VectorQ4_K implements VectorFormat {
  private static final int BYTES = 144;

  @Override
  public GgmlType type() {
    return GgmlType.Q4_K;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 256; b++) {
      block(w + (long) BYTES * b, out + 1024L * b);
    }
  }

  private static void block(long p, long o) {
    float d = half(p);
    float dmin = half(p + 2);
    long scales = KBlocks.scales(p + 4);
    long mins = KBlocks.mins(p + 4);
    for (int g = 0; g < 4; g++) {
      FloatVector s0 = broadcast(d * (scales & 255));
      FloatVector s1 = broadcast(d * (scales >>> 8 & 255));
      FloatVector m0 = broadcast(-dmin * (mins & 255));
      FloatVector m1 = broadcast(-dmin * (mins >>> 8 & 255));
      scales >>>= 16;
      mins >>>= 16;
      for (int i = 0; i < 32; i += LANES) {
        IntVector q = unsignedBytes(p + 16 + 32 * g + i);
        store(floats(q.and(15)).fma(s0, m0), o + 4L * (64 * g + i));
        store(floats(q.lanewise(LSHR, 4)).fma(s1, m1), o + 4L * (64 * g + 32 + i));
      }
    }
  }
}
