package dev.jora.kernel;

import static dev.jora.kernel.Vectors.ADDRESS;
import static dev.jora.kernel.Vectors.I;
import static dev.jora.kernel.Vectors.INT;
import static dev.jora.kernel.Vectors.IOTA;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.MEMORY;
import static dev.jora.kernel.Vectors.floats;
import static dev.jora.kernel.Vectors.halves;
import static dev.jora.kernel.Vectors.store;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 18 bytes: half d, 64 pairs of bits in order; value d (q − 1). */
final class VectorQ2_0 implements VectorFormat {
  private static final int BYTES = 18;

  @Override
  public GgmlType type() {
    return GgmlType.Q2_0;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 64; b++) {
      block(w + (long) BYTES * b, out + 256L * b);
    }
  }

  private static void block(long p, long o) {
    FloatVector d = halves(p);
    for (int e = 0; e < 64; e += LANES) {
      int pairs = MEMORY.get(INT, (p + 2 + e / 16 * 4L) & ADDRESS) >>> 2 * (e % 16);
      IntVector q = IntVector.broadcast(I, pairs).lanewise(LSHR, IOTA.add(IOTA)).and(3).sub(1);
      store(floats(q).mul(d), o + 4L * e);
    }
  }
}
