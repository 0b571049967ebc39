package dev.jora.kernel;

import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.broadcast;
import static dev.jora.kernel.Vectors.floats;
import static dev.jora.kernel.Vectors.half;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.unsignedBytes;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 176 bytes: as Q4_K, with 256 fifth bits before the nibbles. */
final class VectorQ5_K implements VectorFormat {
  private static final int BYTES = 176;

  @Override
  public GgmlType type() {
    return GgmlType.Q5_K;
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
        IntVector q = unsignedBytes(p + 48 + 32 * g + i);
        IntVector h = unsignedBytes(p + 16 + i).lanewise(LSHR, 2 * g);
        store(floats(q.and(15).or(h.and(1).lanewise(LSHL, 4))).fma(s0, m0), o + 4L * (64 * g + i));
        store(
            floats(q.lanewise(LSHR, 4).or(h.and(2).lanewise(LSHL, 3))).fma(s1, m1),
            o + 4L * (64 * g + 32 + i));
      }
    }
  }
}
