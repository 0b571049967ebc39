package dev.jora.quantize.row;

import static dev.jora.quantize.row.Rounding.MANTISSA;
import static dev.jora.quantize.row.Rounding.SHIFT;
import static dev.jora.quantize.row.Vectors.EXPONENT;
import static dev.jora.quantize.row.Vectors.F;
import static dev.jora.quantize.row.Vectors.LANES;
import static dev.jora.quantize.row.Vectors.ZERO;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/** {@link Searches#positive}, a lane for a unit. */
final class VectorPositive {
  private final int n;
  private final int m;
  private final float[] x;
  private final float[] w;
  private final float[] l;
  private final float[] largest = new float[LANES];
  private final float[] k = new float[LANES];
  private final float[] bestK = new float[LANES];
  private final float[] error = new float[LANES];
  private final float[] least = new float[LANES];
  private final float[] a = new float[LANES];
  private final float[] b = new float[LANES];

  VectorPositive(int n, int m) {
    this.n = n;
    this.m = m;
    x = new float[n * LANES];
    w = new float[n * LANES];
    l = new float[n * LANES];
  }

  /** Searches units u to u + LANES − 1. */
  void search(Units units, int u, float[] scale, byte[] levels) {
    Vectors.take(units.x(), units.count(), u, n, x);
    Vectors.take(units.w(), units.count(), u, n, w);
    largest();
    FloatVector.broadcast(F, m).div(FloatVector.fromArray(F, largest, 0)).intoArray(bestK, 0);
    wrapped(x, w, n, bestK, least);
    for (int s = -4; s <= 4; s++) {
      if (s != 0) {
        FloatVector.broadcast(F, 0.1f * s + m)
            .div(FloatVector.fromArray(F, largest, 0))
            .intoArray(k, 0);
        capped(x, w, n, m, k, error);
        accept();
      }
    }
    start();
    for (int round = 0; round < ScalarSearches.ROUNDS && improve(); round++) {}
    finish(scale, u);
    for (int i = 0; i < n; i++) {
      for (int lane = 0; lane < LANES; lane++) {
        boolean nothing = largest[lane] < ScalarSearches.NOTHING;
        int level = nothing ? 0 : (int) l[i * LANES + lane];
        levels[i * units.count() + u + lane] = (byte) level;
      }
    }
  }

  private void largest() {
    FloatVector best = FloatVector.zero(F);
    for (int at = 0; at < n * LANES; at += LANES) {
      FloatVector v = FloatVector.fromArray(F, x, at);
      best = v.blend(best, best.compare(GT, v));
    }
    best.intoArray(largest, 0);
  }

  private static void wrapped(float[] x, float[] w, int n, float[] ks, float[] errors) {
    FloatVector k = FloatVector.fromArray(F, ks, 0);
    FloatVector step = FloatVector.broadcast(F, 1).div(k);
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      int at = i * LANES;
      FloatVector v = FloatVector.fromArray(F, x, at);
      IntVector bits = k.mul(v).add(SHIFT).reinterpretAsInts();
      FloatVector l = bits.and(255).or(ZERO).reinterpretAsFloats().sub(SHIFT);
      FloatVector e = v.sub(step.mul(l));
      sum = sum.add(FloatVector.fromArray(F, w, at).mul(e).mul(e));
    }
    sum.intoArray(errors, 0);
  }

  private static void capped(float[] x, float[] w, int n, int m, float[] ks, float[] errors) {
    FloatVector k = FloatVector.fromArray(F, ks, 0);
    FloatVector step = FloatVector.broadcast(F, 1).div(k);
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      int at = i * LANES;
      FloatVector v = FloatVector.fromArray(F, x, at);
      IntVector bits = k.mul(v).add(SHIFT).reinterpretAsInts();
      bits = bits.and(MANTISSA).or(EXPONENT).min(ZERO + m);
      FloatVector e = v.sub(step.mul(bits.reinterpretAsFloats().sub(SHIFT)));
      sum = sum.add(FloatVector.fromArray(F, w, at).mul(e).mul(e));
    }
    sum.intoArray(errors, 0);
  }

  private void accept() {
    FloatVector e = FloatVector.fromArray(F, error, 0);
    VectorMask<Float> better = e.compare(LT, FloatVector.fromArray(F, least, 0));
    FloatVector.fromArray(F, least, 0).blend(e, better).intoArray(least, 0);
    FloatVector.fromArray(F, bestK, 0)
        .blend(FloatVector.fromArray(F, k, 0), better)
        .intoArray(bestK, 0);
  }

  private void start() {
    FloatVector best = FloatVector.fromArray(F, bestK, 0);
    FloatVector sumA = FloatVector.zero(F);
    FloatVector sumB = FloatVector.zero(F);
    for (int at = 0; at < n * LANES; at += LANES) {
      FloatVector v = FloatVector.fromArray(F, x, at);
      FloatVector weight = FloatVector.fromArray(F, w, at);
      IntVector bits = best.mul(v).add(SHIFT).reinterpretAsInts();
      bits = bits.and(MANTISSA).or(EXPONENT).min(ZERO + m);
      FloatVector q = bits.reinterpretAsFloats().sub(SHIFT); // with its sign, in the sums alone
      bits.and(255).or(ZERO).reinterpretAsFloats().sub(SHIFT).intoArray(l, at);
      sumA = sumA.add(weight.mul(v).mul(q));
      sumB = sumB.add(weight.mul(q).mul(q));
    }
    sumA.intoArray(a, 0);
    sumB.intoArray(b, 0);
  }

  private boolean improve() {
    long changed = 0;
    for (int at = 0; at < n * LANES; at += LANES) {
      changed |= move(x, w, l, at, m, a, b);
    }
    return changed != 0;
  }

  /** Moves one level of each unit, where that is better; a bit for each that moved. */
  private static long move(float[] x, float[] w, float[] l, int at, int m, float[] as, float[] bs) {
    FloatVector a = FloatVector.fromArray(F, as, 0);
    FloatVector b = FloatVector.fromArray(F, bs, 0);
    FloatVector v = FloatVector.fromArray(F, x, at);
    FloatVector weight = FloatVector.fromArray(F, w, at);
    FloatVector q = FloatVector.fromArray(F, l, at);
    FloatVector wx = weight.mul(v);
    FloatVector a1 = a.sub(wx.mul(q));
    FloatVector b1 = b.sub(weight.mul(q).mul(q));
    IntVector bits = v.mul(b1).div(a1).add(SHIFT).reinterpretAsInts();
    bits = bits.and(MANTISSA).or(EXPONENT).min(ZERO + m);
    FloatVector c = bits.reinterpretAsFloats().sub(SHIFT);
    FloatVector a2 = a1.add(wx.mul(c));
    FloatVector b2 = b1.add(weight.mul(c).mul(c));
    VectorMask<Float> better =
        a1.compare(GT, 0)
            .and(b1.compare(GT, 0))
            .and(c.compare(NE, q))
            .and(a2.mul(a2).mul(b).compare(GT, a.mul(a).mul(b2)));
    FloatVector cut = bits.and(255).or(ZERO).reinterpretAsFloats().sub(SHIFT);
    q.blend(cut, better).intoArray(l, at);
    a.blend(a2, better).intoArray(as, 0);
    b.blend(b2, better).intoArray(bs, 0);
    return better.toLong();
  }

  private void finish(float[] scale, int u) {
    FloatVector sumB = FloatVector.fromArray(F, b, 0);
    VectorMask<Float> some =
        sumB.compare(GT, 0)
            .andNot(FloatVector.fromArray(F, largest, 0).compare(LT, ScalarSearches.NOTHING));
    FloatVector.zero(F).blend(FloatVector.fromArray(F, a, 0).div(sumB), some).intoArray(scale, u);
  }
}
