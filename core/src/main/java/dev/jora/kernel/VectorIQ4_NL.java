package dev.jora.kernel;

import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.halves;
import static dev.jora.kernel.Vectors.lookup;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.unsignedBytes;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 18 bytes: half d, 16 bytes of nibbles that choose from 16 values. */
final class VectorIQ4_NL implements VectorFormat {
  private static final int BYTES = 18;

  /** Denser around zero, as weights are. */
  static final float[] VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  @Override
  public GgmlType type() {
    return GgmlType.IQ4_NL;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 32; b++) {
      block(w + (long) BYTES * b, out + 128L * b);
    }
  }

  private static void block(long p, long o) {
    FloatVector d = halves(p);
    for (int i = 0; i < 16; i += LANES) {
      IntVector q = unsignedBytes(p + 2 + i);
      store(lookup(q.and(15), VALUES).mul(d), o + 4L * i);
      store(lookup(q.lanewise(LSHR, 4), VALUES).mul(d), o + 64 + 4L * i);
    }
  }
}
