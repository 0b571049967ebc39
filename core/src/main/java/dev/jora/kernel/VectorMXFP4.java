package dev.jora.kernel;

import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.broadcast;
import static dev.jora.kernel.Vectors.lookup;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.unsignedByte;
import static dev.jora.kernel.Vectors.unsignedBytes;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 17 bytes: exponent byte e, 16 bytes of nibbles that choose from 16 values; times 2^(e − 128). */
final class VectorMXFP4 implements VectorFormat {
  private static final int BYTES = 17;

  static final float[] VALUES = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  @Override
  public GgmlType type() {
    return GgmlType.MXFP4;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 32; b++) {
      block(w + (long) BYTES * b, out + 128L * b);
    }
  }

  private static void block(long p, long o) {
    int e = unsignedByte(p);
    FloatVector d = broadcast(Float.intBitsToFloat(e < 2 ? 0x00200000 << e : (e - 1) << 23));
    for (int i = 0; i < 16; i += LANES) {
      IntVector q = unsignedBytes(p + 1 + i);
      store(lookup(q.and(15), VALUES).mul(d), o + 4L * i);
      store(lookup(q.lanewise(LSHR, 4), VALUES).mul(d), o + 64 + 4L * i);
    }
  }
}
