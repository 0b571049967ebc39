package dev.jora.quantize.row;

import static dev.jora.quantize.row.IqVectors.lookup;
import static dev.jora.quantize.row.Vectors.F;
import static dev.jora.quantize.row.Vectors.I;
import static dev.jora.quantize.row.Vectors.LANES;
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

  private final float[] values = new float[32 * LANES];

  @Override
  void sums(float[] x, int from, float[] w, int at) {
    for (int c = 0; c < FACTORS; c += LANES) {
      sums(c, x, from, w, at);
    }
  }

  private void sums(int c, float[] x, int from, float[] w, int at) {
    FloatVector factor = FloatVector.fromArray(F, k, c);
    for (int i = 0; i < 32; i++) {
      lookup(indices(factor.mul(x[from + i])), VALUES).intoArray(values, i * LANES);
    }
    FloatVector sumA = FloatVector.zero(F);
    FloatVector sumB = FloatVector.zero(F);
    for (int i = 0; i < 32; i++) {
      FloatVector p = FloatVector.fromArray(F, values, i * LANES);
      FloatVector wp = p.mul(w[at + i]);
      sumA = sumA.add(wp.mul(x[from + i]));
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
