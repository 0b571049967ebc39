package dev.jora.quantize.row;

import static dev.jora.quantize.row.Vectors.F;
import static dev.jora.quantize.row.Vectors.LANES;
import static dev.jora.quantize.row.Vectors.level;
import static dev.jora.quantize.row.Vectors.load;
import static dev.jora.quantize.row.Vectors.wrapLevel;
import static dev.jora.quantize.row.Vectors.zero;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link Searches#descent}, a lane for a unit. A lane that has come to rest repeats itself without
 * a change, so rounds go on until no lane changes.
 */
final class VectorDescent {
  private final int n;
  private final int m;
  private final float[] x;
  private final float[] l;
  private final float[] largest = new float[LANES];
  private final float[] a = new float[LANES];
  private final float[] b = new float[LANES];

  VectorDescent(int n, int m) {
    this.n = n;
    this.m = m;
    x = new float[n * LANES];
    l = new float[n * LANES];
  }

  /** Searches units u to u + LANES − 1. */
  void search(Units units, int u, float[] scale, byte[] levels) {
    Vectors.take(units.x(), units.count(), u, n, x);
    VectorSymmetric.largest(x, n, largest);
    start();
    for (int round = 0; round < ScalarSearches.ROUNDS && descend(x, l, n, m, a, b); round++) {}
    finish(scale, u);
    for (int i = 0; i < n; i++) {
      for (int lane = 0; lane < LANES; lane++) {
        boolean nothing = Math.abs(largest[lane]) < ScalarSearches.NOTHING;
        int level = nothing ? 0 : (int) l[i * LANES + lane] + m;
        levels[i * units.count() + u + lane] = (byte) level;
      }
    }
  }

  private void start() {
    FloatVector k = FloatVector.broadcast(F, -m).div(load(largest, 0));
    FloatVector sumA = zero();
    FloatVector sumB = zero();
    for (int at = 0; at < n * LANES; at += LANES) {
      FloatVector v = load(x, at);
      FloatVector w = v.mul(v);
      FloatVector q = level(k.mul(v), -m, m - 1);
      q.intoArray(l, at);
      sumA = sumA.add(w.mul(v).mul(q));
      sumB = sumB.add(w.mul(q).mul(q));
    }
    sumA.intoArray(a, 0);
    sumB.intoArray(b, 0);
  }

  private static boolean descend(float[] x, float[] l, int n, int m, float[] as, float[] bs) {
    FloatVector a = load(as, 0);
    FloatVector b = load(bs, 0);
    boolean changed = false;
    for (int i = 0; i < n; i++) {
      int at = i * LANES;
      FloatVector v = load(x, at);
      FloatVector w = v.mul(v);
      FloatVector wx = w.mul(v);
      FloatVector q = load(l, at);
      FloatVector a1 = a.sub(wx.mul(q));
      FloatVector b1 = b.sub(w.mul(q).mul(q));
      FloatVector c = wrapLevel(v.mul(b1).div(a1), -m, m - 1);
      FloatVector a2 = a1.add(wx.mul(c));
      FloatVector b2 = b1.add(w.mul(c).mul(c));
      VectorMask<Float> better =
          a1.compare(GT, 0)
              .and(c.compare(NE, q))
              .and(b2.compare(GT, 0))
              .and(a2.mul(a2).mul(b).compare(GT, a.mul(a).mul(b2)));
      if (better.anyTrue()) {
        q.blend(c, better).intoArray(l, at);
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
        sumB.compare(GT, 0).andNot(load(largest, 0).abs().compare(LT, ScalarSearches.NOTHING));
    zero().blend(load(a, 0).div(sumB), some).intoArray(scale, u);
  }
}
