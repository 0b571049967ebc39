package dev.jora.kernel;

import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.floats;
import static dev.jora.kernel.Vectors.halves;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.unsignedBytes;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 66 bytes: 64 bytes of 2 bits, half d; value d (q − 1). */
final class VectorTQ2_0 implements VectorFormat {
  private static final int BYTES = 66;

  @Override
  public GgmlType type() {
    return GgmlType.TQ2_0;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 256; b++) {
      block(w + (long) BYTES * b, out + 1024L * b);
    }
  }

  private static void block(long p, long o) {
    FloatVector d = halves(p + 64);
    for (int e = 0; e < 256; e += LANES) {
      IntVector q = unsignedBytes(p + 32 * (e / 128) + e % 32);
      q = q.lanewise(LSHR, 2 * (e / 32 % 4)).and(3).sub(1);
      store(floats(q).mul(d), o + 4L * e);
    }
  }
}
