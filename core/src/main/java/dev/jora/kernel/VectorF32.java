package dev.jora.kernel;

import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.load;
import static dev.jora.kernel.Vectors.loadFloat;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.storeFloat;
import static dev.jora.kernel.Vectors.sum;

import dev.jora.tensor.GgmlType;
import jdk.incubator.vector.FloatVector;

/** Floats as they are. */
final class VectorF32 implements VectorFormat {
  @Override
  public GgmlType type() {
    return GgmlType.F32;
  }

  @Override
  public void dequantize(long w, int n, long out) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      store(values(w + 4L * i), out + 4L * i);
    }
    for (; i < n; i++) {
      storeFloat(value(w + 4L * i), out + 4L * i);
    }
  }

  @Override
  public void dots(long w0, long w1, int k, long x, long y0, long y1, long scratch) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.zero(F);
    FloatVector b0 = FloatVector.zero(F);
    FloatVector b1 = FloatVector.zero(F);
    int i = 0;
    for (; i <= k - 2 * LANES; i += 2 * LANES) {
      FloatVector xA = load(x + 4L * i);
      FloatVector xB = load(x + 4L * (i + LANES));
      a0 = values(w0 + 4L * i).fma(xA, a0);
      a1 = values(w1 + 4L * i).fma(xA, a1);
      b0 = values(w0 + 4L * (i + LANES)).fma(xB, b0);
      b1 = values(w1 + 4L * (i + LANES)).fma(xB, b1);
    }
    float s0 = sum(a0.add(b0));
    float s1 = sum(a1.add(b1));
    for (; i < k; i++) {
      s0 = Math.fma(value(w0 + 4L * i), loadFloat(x + 4L * i), s0);
      s1 = Math.fma(value(w1 + 4L * i), loadFloat(x + 4L * i), s1);
    }
    storeFloat(s0, y0);
    storeFloat(s1, y1);
  }

  private static FloatVector values(long address) {
    return load(address);
  }

  private static float value(long address) {
    return loadFloat(address);
  }
}
