package dev.jora.kernel;

import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.halves;
import static dev.jora.kernel.Vectors.load;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.storeFloat;
import static dev.jora.kernel.Vectors.sum;
import static dev.jora.kernel.Vectors.unsignedBytes;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** 18 bytes: half d, then 16 bytes of nibbles; value d (q − 8). */
final class VectorQ4_0 implements VectorFormat {
  private static final int BYTES = 18;

  @Override
  public GgmlType type() {
    return GgmlType.Q4_0;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 32; b++) {
      long p = w + (long) BYTES * b;
      long o = out + 128L * b;
      FloatVector d = halves(p);
      for (int i = 0; i < 16; i += LANES) {
        IntVector q = unsignedBytes(p + 2 + i);
        FloatVector low = (FloatVector) q.and(15).sub(8).convert(I2F, 0);
        FloatVector high = (FloatVector) q.lanewise(LSHR, 4).sub(8).convert(I2F, 0);
        store(low.mul(d), o + 4L * i);
        store(high.mul(d), o + 64 + 4L * i);
      }
    }
  }

  @Override
  public void dots(long w0, long w1, int k, long x, long y0, long y1, long scratch) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.zero(F);
    for (int b = 0; b < k / 32; b++) {
      long p0 = w0 + (long) BYTES * b;
      long p1 = w1 + (long) BYTES * b;
      long v = x + 128L * b;
      FloatVector d0 = halves(p0);
      FloatVector d1 = halves(p1);
      for (int i = 0; i < 16; i += LANES) {
        FloatVector xLow = load(v + 4L * i);
        FloatVector xHigh = load(v + 64 + 4L * i);
        IntVector q0 = unsignedBytes(p0 + 2 + i);
        IntVector q1 = unsignedBytes(p1 + 2 + i);
        FloatVector t0 = ((FloatVector) q0.and(15).sub(8).convert(I2F, 0)).mul(xLow);
        FloatVector t1 = ((FloatVector) q1.and(15).sub(8).convert(I2F, 0)).mul(xLow);
        t0 = ((FloatVector) q0.lanewise(LSHR, 4).sub(8).convert(I2F, 0)).fma(xHigh, t0);
        t1 = ((FloatVector) q1.lanewise(LSHR, 4).sub(8).convert(I2F, 0)).fma(xHigh, t1);
        a0 = t0.fma(d0, a0);
        a1 = t1.fma(d1, a1);
      }
    }
    storeFloat(sum(a0), y0);
    storeFloat(sum(a1), y1);
  }
}
