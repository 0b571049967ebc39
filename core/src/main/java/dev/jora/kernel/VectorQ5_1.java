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

/** 24 bytes: halves d and m, 32 fifth bits, 16 bytes of nibbles; value d q + m. */
final class VectorQ5_1 implements VectorFormat {
  private static final int BYTES = 24;

  @Override
  public GgmlType type() {
    return GgmlType.Q5_1;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 32; b++) {
      block(w + (long) BYTES * b, out + 128L * b);
    }
  }

  private static void block(long p, long o) {
    int bits = MEMORY.get(INT, (p + 4) & ADDRESS);
    FloatVector d = halves(p);
    FloatVector m = halves(p + 2);
    for (int i = 0; i < 16; i += LANES) {
      IntVector q = unsignedBytes(p + 8 + i);
      IntVector low = IntVector.broadcast(I, bits >>> i << 4).lanewise(LSHR, IOTA).and(16);
      IntVector high = IntVector.broadcast(I, bits >>> (12 + i)).lanewise(LSHR, IOTA).and(16);
      store(floats(q.and(15).or(low)).fma(d, m), o + 4L * i);
      store(floats(q.lanewise(LSHR, 4).or(high)).fma(d, m), o + 64 + 4L * i);
    }
  }
}
