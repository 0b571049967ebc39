package dev.jora.quantize.row;

import static dev.jora.quantize.row.Vectors.F;
import static dev.jora.quantize.row.Vectors.LANES;
import static dev.jora.quantize.row.Vectors.ZERO;
import static dev.jora.quantize.row.Vectors.level;
import static dev.jora.quantize.row.Vectors.load;
import static dev.jora.quantize.row.Vectors.wrap;
import static dev.jora.quantize.row.Vectors.zero;
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
    FloatVector.broadcast(F, m).div(load(largest, 0)).intoArray(bestK, 0);
    wrapped(x, w, n, bestK, least);
    for (int s = -4; s <= 4; s++) {
      if (s != 0) {
        FloatVector.broadcast(F, 0.1f * s + m).div(load(largest, 0)).intoArray(k, 0);
        capped(x, w, n, m, k, error);
        accept();
      }
    }
    start();
    for (int round = 0; round < ScalarSearches.ROUNDS && improve(x, w, l, n, m, a, b); round++) {}
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
    FloatVector best = zero();
    for (int at = 0; at < n * LANES; at += LANES) {
      FloatVector v = load(x, at);
      best = v.blend(best, best.compare(GT, v));
    }
    best.intoArray(largest, 0);
  }

  /** l without its sign: the low byte. */
  private static FloatVector cut(IntVector bits) {
    return level(bits.and(255).or(ZERO));
  }

  private static void wrapped(float[] x, float[] w, int n, float[] ks, float[] errors) {
    FloatVector k = load(ks, 0);
    FloatVector step = FloatVector.broadcast(F, 1).div(k);
    FloatVector sum = zero();
    for (int i = 0; i < n; i++) {
      int at = i * LANES;
      FloatVector v = load(x, at);
      FloatVector e = v.sub(step.mul(cut(wrap(k.mul(v)))));
      sum = sum.add(load(w, at).mul(e).mul(e));
    }
    sum.intoArray(errors, 0);
  }

  private static void capped(float[] x, float[] w, int n, int m, float[] ks, float[] errors) {
    FloatVector k = load(ks, 0);
    FloatVector step = FloatVector.broadcast(F, 1).div(k);
    FloatVector sum = zero();
    for (int i = 0; i < n; i++) {
      int at = i * LANES;
      FloatVector v = load(x, at);
      FloatVector e = v.sub(step.mul(level(wrap(k.mul(v)).min(ZERO + m))));
      sum = sum.add(load(w, at).mul(e).mul(e));
    }
    sum.intoArray(errors, 0);
  }

  private void accept() {
    FloatVector e = load(error, 0);
    VectorMask<Float> better = e.compare(LT, load(least, 0));
    load(least, 0).blend(e, better).intoArray(least, 0);
    load(bestK, 0).blend(load(k, 0), better).intoArray(bestK, 0);
  }

  private void start() {
    FloatVector best = load(bestK, 0);
    FloatVector sumA = zero();
    FloatVector sumB = zero();
    for (int at = 0; at < n * LANES; at += LANES) {
      FloatVector v = load(x, at);
      FloatVector weight = load(w, at);
      IntVector bits = wrap(best.mul(v)).min(ZERO + m);
      FloatVector q = level(bits); // with its sign, in the sums alone
      cut(bits).intoArray(l, at);
      sumA = sumA.add(weight.mul(v).mul(q));
      sumB = sumB.add(weight.mul(q).mul(q));
    }
    sumA.intoArray(a, 0);
    sumB.intoArray(b, 0);
  }

  private static boolean improve(
      float[] x, float[] w, float[] l, int n, int m, float[] as, float[] bs) {
    FloatVector a = load(as, 0);
    FloatVector b = load(bs, 0);
    boolean changed = false;
    for (int i = 0; i < n; i++) {
      int at = i * LANES;
      FloatVector v = load(x, at);
      FloatVector weight = load(w, at);
      FloatVector wx = weight.mul(v);
      FloatVector q = load(l, at);
      FloatVector a1 = a.sub(wx.mul(q));
      FloatVector b1 = b.sub(weight.mul(q).mul(q));
      IntVector bits = wrap(v.mul(b1).div(a1)).min(ZERO + m);
      FloatVector c = level(bits);
      FloatVector a2 = a1.add(wx.mul(c));
      FloatVector b2 = b1.add(weight.mul(c).mul(c));
      VectorMask<Float> better =
          a1.compare(GT, 0)
              .and(b1.compare(GT, 0))
              .and(c.compare(NE, q))
              .and(a2.mul(a2).mul(b).compare(GT, a.mul(a).mul(b2)));
      if (better.anyTrue()) {
        q.blend(cut(bits), better).intoArray(l, at);
        a = a.blend(a2, better);
        b = b.blend(b2, better);
        changed = true;
      }
    }
    a.intoArray(as, 0);
    b.intoArray(bs, 0);
    return changed;
  }

  private void finish(float[] scale, int u) {
    FloatVector sumB = load(b, 0);
    VectorMask<Float> some =
        sumB.compare(GT, 0).andNot(load(largest, 0).compare(LT, ScalarSearches.NOTHING));
    zero().blend(load(a, 0).div(sumB), some).intoArray(scale, u);
  }
}
