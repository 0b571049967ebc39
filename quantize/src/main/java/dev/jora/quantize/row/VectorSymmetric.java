package dev.jora.quantize.row;

import static dev.jora.quantize.row.Rounding.SHIFT;
import static dev.jora.quantize.row.Vectors.F;
import static dev.jora.quantize.row.Vectors.LANES;
import static dev.jora.quantize.row.Vectors.ZERO;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link Searches#symmetric}, a lane for a unit. The sums of all candidates are made first, since
 * none depends on another; then the best is chosen.
 */
final class VectorSymmetric {
  /** The first, and s = −9 to 9 without 0. */
  private static final int CANDIDATES = 19;

  private final int n;
  private final int m;
  private final float[] x;
  private final float[] w;
  private final float[] wx;
  private final float[] k = new float[CANDIDATES * LANES];
  private final float[] a = new float[CANDIDATES * LANES];
  private final float[] b = new float[CANDIDATES * LANES];
  private final float[] largest = new float[LANES];

  VectorSymmetric(int n, int m) {
    this.n = n;
    this.m = m;
    x = new float[n * LANES];
    w = new float[n * LANES];
    wx = new float[n * LANES];
  }

  /** Searches units u to u + LANES − 1. */
  void search(Units units, int u, Fits fits) {
    Vectors.take(units.x(), units.count(), u, n, x);
    Vectors.take(units.w(), units.count(), u, n, w);
    weigh(x, w, wx, n);
    largest(x, n, largest);
    candidates();
    for (int c = 0; c < CANDIDATES; c++) {
      sums(x, w, wx, n, k, c * LANES, m, a, b);
    }
    choose(fits, u);
  }

  private static void weigh(float[] x, float[] w, float[] wx, int n) {
    for (int at = 0; at < n * LANES; at += LANES) {
      FloatVector.fromArray(F, w, at).mul(FloatVector.fromArray(F, x, at)).intoArray(wx, at);
    }
  }

  static void largest(float[] x, int n, float[] largest) {
    FloatVector best = FloatVector.zero(F);
    FloatVector size = FloatVector.zero(F);
    for (int at = 0; at < n * LANES; at += LANES) {
      FloatVector v = FloatVector.fromArray(F, x, at);
      FloatVector abs = v.abs();
      VectorMask<Float> larger = abs.compare(GT, size);
      size = size.blend(abs, larger);
      best = best.blend(v, larger);
    }
    best.intoArray(largest, 0);
  }

  private void candidates() {
    FloatVector by = FloatVector.fromArray(F, largest, 0);
    FloatVector.broadcast(F, -m).div(by).intoArray(k, 0);
    int at = LANES;
    for (int s = -9; s <= 9; s++) {
      if (s != 0) {
        FloatVector.broadcast(F, -(m + 0.1f * s)).div(by).intoArray(k, at);
        at += LANES;
      }
    }
  }

  private static void sums(
      float[] x, float[] w, float[] wx, int n, float[] ks, int c, int m, float[] as, float[] bs) {
    FloatVector k = FloatVector.fromArray(F, ks, c);
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      int at = i * LANES;
      IntVector bits = k.mul(FloatVector.fromArray(F, x, at)).add(SHIFT).reinterpretAsInts();
      FloatVector l = bits.max(ZERO - m).min(ZERO + m - 1).reinterpretAsFloats().sub(SHIFT);
      a = a.add(FloatVector.fromArray(F, wx, at).mul(l));
      b = b.add(FloatVector.fromArray(F, w, at).mul(l).mul(l));
    }
    a.intoArray(as, c);
    b.intoArray(bs, c);
  }

  private void choose(Fits fits, int u) {
    FloatVector a0 = FloatVector.fromArray(F, a, 0);
    FloatVector b0 = FloatVector.fromArray(F, b, 0);
    FloatVector scale = FloatVector.zero(F).blend(a0.div(b0), b0.compare(NE, 0));
    FloatVector best = scale.mul(a0);
    FloatVector bestK = FloatVector.fromArray(F, k, 0);
    for (int at = LANES; at < CANDIDATES * LANES; at += LANES) {
      FloatVector ac = FloatVector.fromArray(F, a, at);
      FloatVector bc = FloatVector.fromArray(F, b, at);
      VectorMask<Float> better = bc.compare(GT, 0).and(ac.mul(ac).compare(GT, best.mul(bc)));
      FloatVector s = ac.div(bc);
      scale = scale.blend(s, better);
      best = best.blend(s.mul(ac), better);
      bestK = bestK.blend(FloatVector.fromArray(F, k, at), better);
    }
    VectorMask<Float> nothing =
        FloatVector.fromArray(F, largest, 0).abs().compare(LT, ScalarSearches.NOTHING);
    scale.blend(0, nothing).intoArray(fits.scale(), u);
    FloatVector.zero(F).intoArray(fits.min(), u);
    bestK.blend(1, nothing).intoArray(fits.k(), u);
    FloatVector.zero(F).blend(Fits.ABOVE_ALL, nothing).intoArray(fits.base(), u);
  }
}
