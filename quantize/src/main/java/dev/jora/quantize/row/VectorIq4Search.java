package dev.jora.quantize.row;

import static dev.jora.quantize.row.IqVectors.F;
import static dev.jora.quantize.row.IqVectors.I;
import static dev.jora.quantize.row.IqVectors.LANES;
import static dev.jora.quantize.row.IqVectors.lookup;
import static jdk.incubator.vector.VectorOperators.GE;

import dev.jora.quant.Iq4Values;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Factors side by side, each with sums of its own over the values in order. */
final class VectorIq4Search extends Iq4Search {
  /** Midpoints by the index found so far, when the next step is 4, 2, 1. */
  private static final float[] STEP_4 = Arrays.copyOfRange(MIDPOINTS, 3, 19);

  private static final float[] STEP_2 = Arrays.copyOfRange(MIDPOINTS, 1, 17);
  private static final float[] STEP_1 = MIDPOINTS;
  private static final float[] VALUES = new float[16];

  static {
    for (int i = 0; i < 16; i++) {
      VALUES[i] = Iq4Values.VALUES[i];
    }
  }

  @Override
  void sums(float[] x, int from, float[] w, int at) {
    for (int c = 0; c < FACTORS; c += LANES) {
      sums(c, x, from, w, at);
    }
  }

  private void sums(int c, float[] x, int from, float[] w, int at) {
    FloatVector factor = FloatVector.fromArray(F, k, c);
    FloatVector sumA = FloatVector.zero(F);
    FloatVector sumB = FloatVector.zero(F);
    for (int i = 0; i < 32; i++) {
      float xi = x[from + i];
      FloatVector p = lookup(indices(factor.mul(xi)), VALUES);
      FloatVector wp = p.mul(w[at + i]);
      sumA = sumA.add(wp.mul(xi));
      sumB = sumB.add(wp.mul(p));
    }
    sumA.intoArray(a, c);
    sumB.intoArray(b, c);
  }

  @Override
  void levels(float factor, float[] x, int from, int[] out) {
    for (int i = 0; i < 32; i += LANES) {
      indices(FloatVector.fromArray(F, x, from + i).mul(factor)).intoArray(out, i);
    }
  }

  /** {@link Iq4Search#index} of every lane. */
  private static IntVector indices(FloatVector v) {
    IntVector index = IntVector.zero(I);
    index = index.add(8, v.compare(GE, MIDPOINTS[7]).cast(I));
    index = index.add(4, v.compare(GE, lookup(index, STEP_4)).cast(I));
    index = index.add(2, v.compare(GE, lookup(index, STEP_2)).cast(I));
    return index.add(1, v.compare(GE, lookup(index, STEP_1)).cast(I));
  }
}
