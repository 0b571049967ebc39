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

/** 20 bytes: halves d and m, then 16 bytes of nibbles; value d q + m. */
final class VectorQ4_1 implements VectorFormat {
  private static final int BYTES = 20;

  @Override
  public GgmlType type() {
    return GgmlType.Q4_1;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 32; b++) {
      long p = w + (long) BYTES * b;
      long o = out + 128L * b;
      FloatVector d = halves(p);
      FloatVector m = halves(p + 2);
      for (int i = 0; i < 16; i += LANES) {
        IntVector q = unsignedBytes(p + 4 + i);
        FloatVector low = (FloatVector) q.and(15).convert(I2F, 0);
        FloatVector high = (FloatVector) q.lanewise(LSHR, 4).convert(I2F, 0);
        store(low.fma(d, m), o + 4L * i);
        store(high.fma(d, m), o + 64 + 4L * i);
      }
    }
  }

  @Override
  public void dots(long w0, long w1, int k, long x, long y0, long y1, long scratch) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.zero(F);
    FloatVector b0 = FloatVector.zero(F);
    FloatVector b1 = FloatVector.zero(F);
    for (int b = 0; b < k / 32; b++) {
      long p0 = w0 + (long) BYTES * b;
      long p1 = w1 + (long) BYTES * b;
      long v = x + 128L * b;
      FloatVector d0 = halves(p0);
      FloatVector d1 = halves(p1);
      FloatVector m0 = halves(p0 + 2);
      FloatVector m1 = halves(p1 + 2);
      for (int i = 0; i < 16; i += LANES) {
        FloatVector xLow = load(v + 4L * i);
        FloatVector xHigh = load(v + 64 + 4L * i);
        IntVector q0 = unsignedBytes(p0 + 4 + i);
        IntVector q1 = unsignedBytes(p1 + 4 + i);
        FloatVector low0 = ((FloatVector) q0.and(15).convert(I2F, 0)).fma(d0, m0);
        FloatVector low1 = ((FloatVector) q1.and(15).convert(I2F, 0)).fma(d1, m1);
        FloatVector high0 = ((FloatVector) q0.lanewise(LSHR, 4).convert(I2F, 0)).fma(d0, m0);
        FloatVector high1 = ((FloatVector) q1.lanewise(LSHR, 4).convert(I2F, 0)).fma(d1, m1);
        a0 = low0.fma(xLow, a0);
        a1 = low1.fma(xLow, a1);
        b0 = high0.fma(xHigh, b0);
        b1 = high1.fma(xHigh, b1);
      }
    }
    storeFloat(sum(a0.add(b0)), y0);
    storeFloat(sum(a1.add(b1)), y1);
  }
}
