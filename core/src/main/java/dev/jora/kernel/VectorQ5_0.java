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
import static dev.jora.kernel.Vectors.unsignedBytes;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 22 bytes: half d, 32 fifth bits, 16 bytes of nibbles; value d (q − 16). */
final class VectorQ5_0 implements VectorFormat {
  private static final int BYTES = 22;

  @Override
  public GgmlType type() {
    return GgmlType.Q5_0;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 32; b++) {
      block(w + (long) BYTES * b, out + 128L * b);
    }
  }

  private static void block(long p, long o) {
    int bits = MEMORY.get(INT, (p + 2) & ADDRESS);
    FloatVector d = halves(p);
    for (int i = 0; i < 16; i += LANES) {
      IntVector q = unsignedBytes(p + 6 + i);
      IntVector low = IntVector.broadcast(I, bits >>> i << 4).lanewise(LSHR, IOTA).and(16);
      IntVector high = IntVector.broadcast(I, bits >>> (12 + i)).lanewise(LSHR, IOTA).and(16);
      store(floats(q.and(15).or(low).sub(16)).mul(d), o + 4L * i);
      store(floats(q.lanewise(LSHR, 4).or(high).sub(16)).mul(d), o + 64 + 4L * i);
    }
  }
}
