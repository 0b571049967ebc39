package dev.jora.quantize.evaluate;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Many values at once. Blocks are summed in float, blocks among each other in double; lanes are
 * added in a fixed order, which {@code reduceLanes} does not promise.
 */
final class VectorRowSums implements RowSums {
  private static final VectorShape SHAPE =
      VectorShape.forBitSize(
          Integer.getInteger("jora.vector.bits", VectorShape.preferredShape().vectorBitSize()));

  private static final VectorSpecies<Float> F = VectorSpecies.of(float.class, SHAPE);
  private static final int LANES = F.length();

  /** Values whose sum a float holds to 1e-6 of it. */
  private static final int BLOCK = 1024;

  private final ScalarRowSums scalar = new ScalarRowSums();

  @Override
  public float max(float[] x) {
    FloatVector a = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    FloatVector b = a;
    int i = 0;
    for (; i <= x.length - 2 * LANES; i += 2 * LANES) {
      a = a.max(FloatVector.fromArray(F, x, i));
      b = b.max(FloatVector.fromArray(F, x, i + LANES));
    }
    float max = scalar.max(a.max(b).toArray());
    for (; i < x.length; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  @Override
  public int above(float[] x, float value) {
    int count = 0;
    int i = 0;
    for (; i <= x.length - LANES; i += LANES) {
      count += FloatVector.fromArray(F, x, i).compare(GT, value).trueCount();
    }
    for (; i < x.length; i++) {
      count += x[i] > value ? 1 : 0;
    }
    return count;
  }

  @Override
  public double exponentials(float[] x, float max) {
    int whole = x.length / BLOCK * BLOCK;
    double sum = 0;
    float[] lanes = new float[LANES];
    for (int i = 0; i < whole; i += BLOCK) {
      sum += exponentialsOfBlock(x, i, max, lanes);
    }
    for (int i = whole; i < x.length; i++) {
      sum += Math.exp(x[i] - max);
    }
    return sum;
  }

  private static double exponentialsOfBlock(float[] x, int from, float max, float[] lanes) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    for (int i = from; i < from + BLOCK; i += 2 * LANES) {
      a = a.add(exp(FloatVector.fromArray(F, x, i).sub(max)));
      b = b.add(exp(FloatVector.fromArray(F, x, i + LANES).sub(max)));
    }
    return sum(a.add(b), lanes);
  }

  @Override
  public double divergence(float[] b, float[] x, double logSum) {
    int whole = x.length / BLOCK * BLOCK;
    double sum = 0;
    float[] lanes = new float[LANES];
    for (int i = 0; i < whole; i += BLOCK) {
      sum += divergenceOfBlock(b, x, i, (float) logSum, lanes);
    }
    for (int i = whole; i < x.length; i++) {
      if (b[i] > LEAST) {
        sum += Math.exp(b[i]) * (b[i] - (x[i] - logSum));
      }
    }
    return sum;
  }

  private static double divergenceOfBlock(
      float[] b, float[] x, int from, float logSum, float[] lanes) {
    FloatVector sum = FloatVector.zero(F);
    for (int i = from; i < from + BLOCK; i += LANES) {
      FloatVector p = FloatVector.fromArray(F, b, i);
      FloatVector q = FloatVector.fromArray(F, x, i).sub(logSum);
      FloatVector term = exp(p).mul(p.sub(q));
      sum = sum.add(term, p.compare(GT, LEAST));
    }
    return sum(sum, lanes);
  }

  private static double sum(FloatVector v, float[] lanes) {
    v.intoArray(lanes, 0);
    double sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    return sum;
  }

  /**
   * e^x of x ≤ 0, to 1e-7 of the value: 2^n · e^r with |r| ≤ ln 2 / 2, and e^r by the polynomial of
   * Cephes' expf. Below −87 it is e^−87, which no sum notices.
   */
  private static FloatVector exp(FloatVector x) {
    final float magic = 0x1.8p23f;
    FloatVector y = x.max(-87);
    FloatVector shifted =
        y.fma(FloatVector.broadcast(F, 1.44269504f), FloatVector.broadcast(F, magic));
    FloatVector n = shifted.sub(magic);
    FloatVector r = n.fma(FloatVector.broadcast(F, -0.693359375f), y);
    r = n.fma(FloatVector.broadcast(F, 2.12194440e-4f), r);
    FloatVector p =
        r.fma(
            FloatVector.broadcast(F, 1.9875691500e-4f), FloatVector.broadcast(F, 1.3981999507e-3f));
    p = p.fma(r, FloatVector.broadcast(F, 8.3334519073e-3f));
    p = p.fma(r, FloatVector.broadcast(F, 4.1665795894e-2f));
    p = p.fma(r, FloatVector.broadcast(F, 1.6666665459e-1f));
    p = p.fma(r, FloatVector.broadcast(F, 5.0000001201e-1f));
    p = p.fma(r.mul(r), r).add(1);
    IntVector exponent = shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(magic));
    return p.mul(exponent.add(127).lanewise(LSHL, 23).reinterpretAsFloats());
  }
}
