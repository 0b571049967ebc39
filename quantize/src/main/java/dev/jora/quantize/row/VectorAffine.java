package dev.jora.quantize.row;

import static dev.jora.quantize.row.Rounding.MANTISSA;
import static dev.jora.quantize.row.Rounding.SHIFT;
import static dev.jora.quantize.row.Vectors.EXPONENT;
import static dev.jora.quantize.row.Vectors.F;
import static dev.jora.quantize.row.Vectors.LANES;
import static dev.jora.quantize.row.Vectors.ZERO;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link Searches#affine}, a lane for a unit. What lives from step to step lies in arrays of one
 * vector each; a step that no lane accepts does not write them, so the next need not wait for it.
 */
final class VectorAffine {
  private final int n;
  private final Steps steps;
  private final float[] x;
  private final float[] w;
  private final float[] l;
  private final float[] lowest = new float[LANES];
  private final float[] lo = new float[LANES];
  private final float[] hi = new float[LANES];
  private final float[] sw = new float[LANES];
  private final float[] sx = new float[LANES];
  private final float[] least = new float[LANES];
  private final float[] scale = new float[LANES];
  private final float[] bestK = new float[LANES];
  private final float[] base = new float[LANES];

  // Of one step: its k, three sums, and the scale and offset that follow from them.
  private final float[] k = new float[LANES];
  private final float[] sums = new float[3 * LANES];
  private final float[] a = new float[LANES];
  private final float[] b = new float[LANES];
  private final float[] error = new float[LANES];

  VectorAffine(int n, Steps steps) {
    this.n = n;
    this.steps = steps;
    x = new float[n * LANES];
    w = new float[n * LANES];
    l = new float[n * LANES];
  }

  /** Searches units u to u + LANES − 1. */
  void search(Units units, int u, Fits fits) {
    Vectors.take(units.x(), units.count(), u, n, x);
    Vectors.take(units.w(), units.count(), u, n, w);
    survey();
    start();
    for (int s = 0; s <= steps.last(); s++) {
      step(s);
    }
    finish(fits, u);
  }

  private void survey() {
    FloatVector low = FloatVector.fromArray(F, x, 0);
    FloatVector high = low;
    FloatVector sumW = FloatVector.fromArray(F, w, 0);
    FloatVector sumX = sumW.mul(low);
    for (int i = 1; i < n; i++) {
      FloatVector v = FloatVector.fromArray(F, x, i * LANES);
      FloatVector weight = FloatVector.fromArray(F, w, i * LANES);
      low = low.blend(v, v.compare(LT, low));
      high = high.blend(v, v.compare(GT, high));
      sumW = sumW.add(weight);
      sumX = sumX.add(weight.mul(v));
    }
    low = low.blend(0, low.compare(GT, 0));
    low.intoArray(lowest, 0);
    low.intoArray(lo, 0);
    high.intoArray(hi, 0);
    sumW.intoArray(sw, 0);
    sumX.intoArray(sx, 0);
  }

  private void start() {
    FloatVector low = FloatVector.fromArray(F, lo, 0);
    FloatVector first =
        FloatVector.broadcast(F, steps.m()).div(FloatVector.fromArray(F, hi, 0).sub(low));
    first.intoArray(k, 0);
    first.intoArray(bestK, 0);
    low.intoArray(base, 0);
    FloatVector s = FloatVector.broadcast(F, 1).div(first);
    s.intoArray(scale, 0);
    moments(x, w, l, n, k, lo, steps.m(), sums);
    measure(scale, lo, least);
  }

  private void step(int s) {
    FloatVector.broadcast(F, steps.levels(s))
        .div(FloatVector.fromArray(F, hi, 0).sub(FloatVector.fromArray(F, lo, 0)))
        .intoArray(k, 0);
    moments(x, w, l, n, k, lo, steps.m(), sums);
    solve();
    measure(a, b, error);
    accept();
  }

  /** l = levels of k, and Σ w l, Σ w l l, Σ w l x. */
  private static void moments(
      float[] x, float[] w, float[] l, int n, float[] ks, float[] los, int m, float[] sums) {
    FloatVector k = FloatVector.fromArray(F, ks, 0);
    FloatVector lo = FloatVector.fromArray(F, los, 0);
    FloatVector sl = FloatVector.zero(F);
    FloatVector sl2 = FloatVector.zero(F);
    FloatVector sxl = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      int at = i * LANES;
      FloatVector v = FloatVector.fromArray(F, x, at);
      IntVector bits = k.mul(v.sub(lo)).add(SHIFT).reinterpretAsInts();
      bits = bits.and(MANTISSA).or(EXPONENT).max(ZERO).min(ZERO + m);
      FloatVector level = bits.reinterpretAsFloats().sub(SHIFT);
      FloatVector wl = FloatVector.fromArray(F, w, at).mul(level);
      level.intoArray(l, at);
      sl = sl.add(wl);
      sl2 = sl2.add(wl.mul(level));
      sxl = sxl.add(wl.mul(v));
    }
    sl.intoArray(sums, 0);
    sl2.intoArray(sums, LANES);
    sxl.intoArray(sums, 2 * LANES);
  }

  /** a, b = the best scale and offset for the levels, NaN where there is none. */
  private void solve() {
    FloatVector sumW = FloatVector.fromArray(F, sw, 0);
    FloatVector sumX = FloatVector.fromArray(F, sx, 0);
    FloatVector sl = FloatVector.fromArray(F, sums, 0);
    FloatVector sl2 = FloatVector.fromArray(F, sums, LANES);
    FloatVector sxl = FloatVector.fromArray(F, sums, 2 * LANES);
    FloatVector d = sumW.mul(sl2).sub(sl.mul(sl));
    FloatVector slope = sumW.mul(sxl).sub(sumX.mul(sl)).div(d);
    FloatVector shift = sl2.mul(sumX).sub(sl.mul(sxl)).div(d);
    VectorMask<Float> positive = shift.compare(GT, 0);
    slope = slope.blend(sxl.div(sl2), positive);
    shift = shift.blend(0, positive);
    FloatVector none = FloatVector.broadcast(F, Float.NaN);
    none.blend(slope, d.compare(GT, 0)).intoArray(a, 0);
    shift.intoArray(b, 0);
  }

  private void measure(float[] slopes, float[] shifts, float[] to) {
    if (steps.absolute()) {
      absolute(x, w, l, n, slopes, shifts, to);
    } else {
      squared(x, w, l, n, slopes, shifts, to);
    }
  }

  private static void squared(
      float[] x, float[] w, float[] l, int n, float[] slopes, float[] shifts, float[] to) {
    FloatVector slope = FloatVector.fromArray(F, slopes, 0);
    FloatVector shift = FloatVector.fromArray(F, shifts, 0);
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      int at = i * LANES;
      FloatVector e =
          slope
              .mul(FloatVector.fromArray(F, l, at))
              .add(shift)
              .sub(FloatVector.fromArray(F, x, at));
      sum = sum.add(FloatVector.fromArray(F, w, at).mul(e.mul(e)));
    }
    sum.intoArray(to, 0);
  }

  private static void absolute(
      float[] x, float[] w, float[] l, int n, float[] slopes, float[] shifts, float[] to) {
    FloatVector slope = FloatVector.fromArray(F, slopes, 0);
    FloatVector shift = FloatVector.fromArray(F, shifts, 0);
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      int at = i * LANES;
      FloatVector e =
          slope
              .mul(FloatVector.fromArray(F, l, at))
              .add(shift)
              .sub(FloatVector.fromArray(F, x, at));
      sum = sum.add(FloatVector.fromArray(F, w, at).mul(e.abs()));
    }
    sum.intoArray(to, 0);
  }

  private void accept() {
    FloatVector e = FloatVector.fromArray(F, error, 0);
    VectorMask<Float> better = e.compare(LT, FloatVector.fromArray(F, least, 0));
    if (!better.anyTrue()) {
      return;
    }
    FloatVector low = FloatVector.fromArray(F, lo, 0);
    FloatVector.fromArray(F, least, 0).blend(e, better).intoArray(least, 0);
    FloatVector.fromArray(F, scale, 0)
        .blend(FloatVector.fromArray(F, a, 0), better)
        .intoArray(scale, 0);
    FloatVector.fromArray(F, bestK, 0)
        .blend(FloatVector.fromArray(F, k, 0), better)
        .intoArray(bestK, 0);
    FloatVector.fromArray(F, base, 0).blend(low, better).intoArray(base, 0);
    low.blend(FloatVector.fromArray(F, b, 0), better).intoArray(lo, 0);
  }

  private void finish(Fits fits, int u) {
    VectorMask<Float> flat =
        FloatVector.fromArray(F, hi, 0)
            .compare(EQ, FloatVector.fromArray(F, lowest, 0)); // no step was accepted there
    FloatVector.fromArray(F, scale, 0).blend(0, flat).intoArray(fits.scale(), u);
    FloatVector.fromArray(F, lo, 0).neg().intoArray(fits.min(), u);
    FloatVector.fromArray(F, bestK, 0).blend(0, flat).intoArray(fits.k(), u);
    FloatVector.fromArray(F, base, 0).blend(0, flat).intoArray(fits.base(), u);
  }
}
