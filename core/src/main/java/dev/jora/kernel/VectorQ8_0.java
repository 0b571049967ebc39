package dev.jora.kernel;

import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.halves;
import static dev.jora.kernel.Vectors.load;
import static dev.jora.kernel.Vectors.signedBytes;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.storeFloat;
import static dev.jora.kernel.Vectors.sum;
import static jdk.incubator.vector.VectorOperators.I2F;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;

/** 34 bytes: half d, then 32 signed bytes; value d q. */
final class VectorQ8_0 implements VectorFormat {
  private static final int BYTES = 34;

  @Override
  public GgmlType type() {
    return GgmlType.Q8_0;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    for (int b = 0; b < n / 32; b++) {
      long p = w + (long) BYTES * b;
      long o = out + 128L * b;
      FloatVector d = halves(p);
      for (int i = 0; i < 32; i += LANES) {
        store(((FloatVector) signedBytes(p + 2 + i).convert(I2F, 0)).mul(d), o + 4L * i);
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
      for (int i = 0; i < 32; i += 2 * LANES) {
        FloatVector xA = load(v + 4L * i);
        FloatVector xB = load(v + 4L * (i + LANES));
        FloatVector t0 = ((FloatVector) signedBytes(p0 + 2 + i).convert(I2F, 0)).mul(xA);
        FloatVector t1 = ((FloatVector) signedBytes(p1 + 2 + i).convert(I2F, 0)).mul(xA);
        t0 = ((FloatVector) signedBytes(p0 + 2 + i + LANES).convert(I2F, 0)).fma(xB, t0);
        t1 = ((FloatVector) signedBytes(p1 + 2 + i + LANES).convert(I2F, 0)).fma(xB, t1);
        a0 = t0.fma(d0, a0);
        a1 = t1.fma(d1, a1);
      }
    }
    storeFloat(sum(a0), y0);
    storeFloat(sum(a1), y1);
  }
}
