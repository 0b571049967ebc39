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
  private static final int PAIR = 2 * LANES;

  private final int n;
  private final Steps steps;
  private final float[] x;
  private final float[] w;
  private final float[] l;
  private final float[] lowest = new float[PAIR];
  private final float[] lo = new float[PAIR];
  private final float[] hi = new float[PAIR];
  private final float[] sw = new float[PAIR];
  private final float[] sx = new float[PAIR];
  private final float[] least = new float[PAIR];
  private final float[] scale = new float[PAIR];
  private final float[] bestK = new float[PAIR];
  private final float[] base = new float[PAIR];

  // Of one step: its k, three sums, and the scale and offset that follow from them.
  private final float[] k = new float[PAIR];
  private final float[] sums = new float[3 * PAIR];
  private final float[] a = new float[PAIR];
  private final float[] b = new float[PAIR];
  private final float[] error = new float[PAIR];

  VectorAffine(int n, Steps steps) {
    this.n = n;
    this.steps = steps;
    x = new float[n * PAIR];
    w = new float[n * PAIR];
    l = new float[n * PAIR];
  }

  /** Searches the vectors of units at u and v, which may be the same. */
  void search(Units units, int u, int v, Fits fits) {
    take(units, u, 0);
    take(units, v, LANES);
    start();
    for (int s = 0; s <= steps.last(); s++) {
      step(s);
    }
    finish(fits, u, 0);
    finish(fits, v, LANES);
  }

  private void take(Units units, int u, int half) {
    for (int i = 0; i < n; i++) {
      int from = i * units.count() + u;
      FloatVector.fromArray(F, units.x(), from).intoArray(x, i * PAIR + half);
      FloatVector.fromArray(F, units.w(), from).intoArray(w, i * PAIR + half);
    }
    survey(half);
  }

  private void survey(int half) {
    FloatVector low = FloatVector.fromArray(F, x, half);
    FloatVector high = low;
    FloatVector sumW = FloatVector.fromArray(F, w, half);
    FloatVector sumX = sumW.mul(low);
    for (int i = 1; i < n; i++) {
      FloatVector v = FloatVector.fromArray(F, x, i * PAIR + half);
      FloatVector weight = FloatVector.fromArray(F, w, i * PAIR + half);
      low = low.blend(v, v.compare(LT, low));
      high = high.blend(v, v.compare(GT, high));
      sumW = sumW.add(weight);
      sumX = sumX.add(weight.mul(v));
    }
    low = low.blend(0, low.compare(GT, 0));
    low.intoArray(lowest, half);
    low.intoArray(lo, half);
    high.intoArray(hi, half);
    sumW.intoArray(sw, half);
    sumX.intoArray(sx, half);
  }

  private void start() {
    for (int half = 0; half < PAIR; half += LANES) {
      FloatVector low = FloatVector.fromArray(F, lo, half);
      FloatVector range = FloatVector.fromArray(F, hi, half).sub(low);
      FloatVector first = FloatVector.broadcast(F, steps.m()).div(range);
      first.intoArray(k, half);
      first.intoArray(bestK, half);
      low.intoArray(base, half);
      FloatVector.broadcast(F, 1).div(first).intoArray(scale, half);
    }
    moments(x, w, l, n, k, lo, steps.m(), sums);
    measure(scale, lo, least);
  }

  private void step(int s) {
    for (int half = 0; half < PAIR; half += LANES) {
      FloatVector low = FloatVector.fromArray(F, lo, half);
      FloatVector range = FloatVector.fromArray(F, hi, half).sub(low);
      FloatVector.broadcast(F, steps.levels(s)).div(range).intoArray(k, half);
    }
    moments(x, w, l, n, k, lo, steps.m(), sums);
    solve(0);
    solve(LANES);
    measure(a, b, error);
    accept(0);
    accept(LANES);
  }

  /** l = levels of k, and Σ w l, Σ w l l, Σ w l x. */
  private static void moments(
      float[] x, float[] w, float[] l, int n, float[] ks, float[] los, int m, float[] sums) {
    FloatVector k0 = FloatVector.fromArray(F, ks, 0);
    FloatVector k1 = FloatVector.fromArray(F, ks, LANES);
    FloatVector lo0 = FloatVector.fromArray(F, los, 0);
    FloatVector lo1 = FloatVector.fromArray(F, los, LANES);
    FloatVector sl0 = FloatVector.zero(F);
    FloatVector sl1 = FloatVector.zero(F);
    FloatVector sll0 = FloatVector.zero(F);
    FloatVector sll1 = FloatVector.zero(F);
    FloatVector sxl0 = FloatVector.zero(F);
    FloatVector sxl1 = FloatVector.zero(F);
    for (int at = 0; at < n * PAIR; at += PAIR) {
      FloatVector x0 = FloatVector.fromArray(F, x, at);
      FloatVector x1 = FloatVector.fromArray(F, x, at + LANES);
      IntVector bits0 = k0.mul(x0.sub(lo0)).add(SHIFT).reinterpretAsInts();
      IntVector bits1 = k1.mul(x1.sub(lo1)).add(SHIFT).reinterpretAsInts();
      bits0 = bits0.and(MANTISSA).or(EXPONENT).max(ZERO).min(ZERO + m);
      bits1 = bits1.and(MANTISSA).or(EXPONENT).max(ZERO).min(ZERO + m);
      FloatVector l0 = bits0.reinterpretAsFloats().sub(SHIFT);
      FloatVector l1 = bits1.reinterpretAsFloats().sub(SHIFT);
      l0.intoArray(l, at);
      l1.intoArray(l, at + LANES);
      FloatVector wl0 = FloatVector.fromArray(F, w, at).mul(l0);
      FloatVector wl1 = FloatVector.fromArray(F, w, at + LANES).mul(l1);
      sl0 = sl0.add(wl0);
      sl1 = sl1.add(wl1);
      sll0 = sll0.add(wl0.mul(l0));
      sll1 = sll1.add(wl1.mul(l1));
      sxl0 = sxl0.add(wl0.mul(x0));
      sxl1 = sxl1.add(wl1.mul(x1));
    }
    sl0.intoArray(sums, 0);
    sl1.intoArray(sums, LANES);
    sll0.intoArray(sums, PAIR);
    sll1.intoArray(sums, PAIR + LANES);
    sxl0.intoArray(sums, 2 * PAIR);
    sxl1.intoArray(sums, 2 * PAIR + LANES);
  }

  /** a, b = the best scale and offset for the levels, NaN where there is none. */
  private void solve(int half) {
    FloatVector sumW = FloatVector.fromArray(F, sw, half);
    FloatVector sumX = FloatVector.fromArray(F, sx, half);
    FloatVector sl = FloatVector.fromArray(F, sums, half);
    FloatVector sl2 = FloatVector.fromArray(F, sums, PAIR + half);
    FloatVector sxl = FloatVector.fromArray(F, sums, 2 * PAIR + half);
    FloatVector d = sumW.mul(sl2).sub(sl.mul(sl));
    FloatVector slope = sumW.mul(sxl).sub(sumX.mul(sl)).div(d);
    FloatVector shift = sl2.mul(sumX).sub(sl.mul(sxl)).div(d);
    VectorMask<Float> positive = shift.compare(GT, 0);
    slope = slope.blend(sxl.div(sl2), positive);
    shift = shift.blend(0, positive);
    FloatVector none = FloatVector.broadcast(F, Float.NaN);
    none.blend(slope, d.compare(GT, 0)).intoArray(a, half);
    shift.intoArray(b, half);
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
    FloatVector slope0 = FloatVector.fromArray(F, slopes, 0);
    FloatVector slope1 = FloatVector.fromArray(F, slopes, LANES);
    FloatVector shift0 = FloatVector.fromArray(F, shifts, 0);
    FloatVector shift1 = FloatVector.fromArray(F, shifts, LANES);
    FloatVector sum0 = FloatVector.zero(F);
    FloatVector sum1 = FloatVector.zero(F);
    for (int at = 0; at < n * PAIR; at += PAIR) {
      FloatVector e0 = slope0.mul(FloatVector.fromArray(F, l, at)).add(shift0);
      FloatVector e1 = slope1.mul(FloatVector.fromArray(F, l, at + LANES)).add(shift1);
      e0 = e0.sub(FloatVector.fromArray(F, x, at));
      e1 = e1.sub(FloatVector.fromArray(F, x, at + LANES));
      sum0 = sum0.add(FloatVector.fromArray(F, w, at).mul(e0.mul(e0)));
      sum1 = sum1.add(FloatVector.fromArray(F, w, at + LANES).mul(e1.mul(e1)));
    }
    sum0.intoArray(to, 0);
    sum1.intoArray(to, LANES);
  }

  private static void absolute(
      float[] x, float[] w, float[] l, int n, float[] slopes, float[] shifts, float[] to) {
    FloatVector slope0 = FloatVector.fromArray(F, slopes, 0);
    FloatVector slope1 = FloatVector.fromArray(F, slopes, LANES);
    FloatVector shift0 = FloatVector.fromArray(F, shifts, 0);
    FloatVector shift1 = FloatVector.fromArray(F, shifts, LANES);
    FloatVector sum0 = FloatVector.zero(F);
    FloatVector sum1 = FloatVector.zero(F);
    for (int at = 0; at < n * PAIR; at += PAIR) {
      FloatVector e0 = slope0.mul(FloatVector.fromArray(F, l, at)).add(shift0);
      FloatVector e1 = slope1.mul(FloatVector.fromArray(F, l, at + LANES)).add(shift1);
      e0 = e0.sub(FloatVector.fromArray(F, x, at));
      e1 = e1.sub(FloatVector.fromArray(F, x, at + LANES));
      sum0 = sum0.add(FloatVector.fromArray(F, w, at).mul(e0.abs()));
      sum1 = sum1.add(FloatVector.fromArray(F, w, at + LANES).mul(e1.abs()));
    }
    sum0.intoArray(to, 0);
    sum1.intoArray(to, LANES);
  }

  private void accept(int half) {
    FloatVector e = FloatVector.fromArray(F, error, half);
    VectorMask<Float> better = e.compare(LT, FloatVector.fromArray(F, least, half));
    if (!better.anyTrue()) {
      return;
    }
    FloatVector low = FloatVector.fromArray(F, lo, half);
    FloatVector.fromArray(F, least, half).blend(e, better).intoArray(least, half);
    FloatVector.fromArray(F, scale, half)
        .blend(FloatVector.fromArray(F, a, half), better)
        .intoArray(scale, half);
    FloatVector.fromArray(F, bestK, half)
        .blend(FloatVector.fromArray(F, k, half), better)
        .intoArray(bestK, half);
    FloatVector.fromArray(F, base, half).blend(low, better).intoArray(base, half);
    low.blend(FloatVector.fromArray(F, b, half), better).intoArray(lo, half);
  }

  private void finish(Fits fits, int u, int half) {
    VectorMask<Float> flat =
        FloatVector.fromArray(F, hi, half)
            .compare(EQ, FloatVector.fromArray(F, lowest, half)); // no step was accepted there
    FloatVector.fromArray(F, scale, half).blend(0, flat).intoArray(fits.scale(), u);
    FloatVector.fromArray(F, lo, half).neg().intoArray(fits.min(), u);
    FloatVector.fromArray(F, bestK, half).blend(0, flat).intoArray(fits.k(), u);
    FloatVector.fromArray(F, base, half).blend(0, flat).intoArray(fits.base(), u);
  }
}
