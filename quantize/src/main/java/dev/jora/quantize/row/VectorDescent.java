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

/**
 * {@link Searches#descent}, a lane for a unit. A lane that has come to rest repeats itself without
 * a change, so rounds go on until no lane changes. Every level waits for the one before it, through
 * a division; so two vectors of units take turns.
 */
final class VectorDescent {
  private static final int PAIR = 2 * LANES;

  private final int n;
  private final int m;
  private final float[] x;
  private final float[] l;
  private final float[] largest = new float[PAIR];
  private final float[] a = new float[PAIR];
  private final float[] b = new float[PAIR];

  VectorDescent(int n, int m) {
    this.n = n;
    this.m = m;
    x = new float[n * PAIR];
    l = new float[n * PAIR];
  }

  /** Searches the vectors of units at u and v, which may be the same. */
  void search(Units units, int u, int v, float[] scale, byte[] levels) {
    take(units, u, 0);
    take(units, v, LANES);
    for (int round = 0; round < ScalarSearches.ROUNDS && descend(); round++) {}
    finish(units, u, 0, scale, levels);
    finish(units, v, LANES, scale, levels);
  }

  private void take(Units units, int u, int half) {
    FloatVector best = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      FloatVector v = FloatVector.fromArray(F, units.x(), i * units.count() + u);
      v.intoArray(x, i * PAIR + half);
      best = best.blend(v, v.abs().compare(GT, best.abs()));
    }
    best.intoArray(largest, half);
    FloatVector k = FloatVector.broadcast(F, -m).div(best);
    FloatVector sumA = FloatVector.zero(F);
    FloatVector sumB = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      int at = i * PAIR + half;
      FloatVector v = FloatVector.fromArray(F, x, at);
      FloatVector w = v.mul(v);
      IntVector bits = k.mul(v).add(SHIFT).reinterpretAsInts();
      FloatVector q = bits.max(ZERO - m).min(ZERO + m - 1).reinterpretAsFloats().sub(SHIFT);
      q.intoArray(l, at);
      sumA = sumA.add(w.mul(v).mul(q));
      sumB = sumB.add(w.mul(q).mul(q));
    }
    sumA.intoArray(a, half);
    sumB.intoArray(b, half);
  }

  /** One round over both; whether anything changed. */
  private boolean descend() {
    long changed = 0;
    for (int at = 0; at < n * PAIR; at += PAIR) {
      changed |= move(x, l, at, m, a, b, 0);
      changed |= move(x, l, at + LANES, m, a, b, LANES);
    }
    return changed != 0;
  }

  /** Moves one level of each unit of a vector, where that is better; a bit for each that moved. */
  private static long move(float[] x, float[] l, int at, int m, float[] as, float[] bs, int half) {
    FloatVector a = FloatVector.fromArray(F, as, half);
    FloatVector b = FloatVector.fromArray(F, bs, half);
    FloatVector v = FloatVector.fromArray(F, x, at);
    FloatVector q = FloatVector.fromArray(F, l, at);
    FloatVector w = v.mul(v);
    FloatVector wx = w.mul(v);
    FloatVector a1 = a.sub(wx.mul(q));
    FloatVector b1 = b.sub(w.mul(q).mul(q));
    IntVector bits = v.mul(b1).div(a1).add(SHIFT).reinterpretAsInts();
    bits = bits.and(MANTISSA).or(EXPONENT).max(ZERO - m).min(ZERO + m - 1);
    FloatVector r = bits.reinterpretAsFloats().sub(SHIFT);
    FloatVector a2 = a1.add(wx.mul(r));
    FloatVector b2 = b1.add(w.mul(r).mul(r));
    VectorMask<Float> better =
        a1.compare(GT, 0)
            .and(b2.compare(GT, 0))
            .and(r.compare(NE, q))
            .and(a2.mul(a2).mul(b).compare(GT, a.mul(a).mul(b2)));
    q.blend(r, better).intoArray(l, at);
    a.blend(a2, better).intoArray(as, half);
    b.blend(b2, better).intoArray(bs, half);
    return better.toLong();
  }

  private void finish(Units units, int u, int half, float[] scale, byte[] levels) {
    FloatVector sumB = FloatVector.fromArray(F, b, half);
    VectorMask<Float> nothing =
        FloatVector.fromArray(F, largest, half).abs().compare(LT, ScalarSearches.NOTHING);
    VectorMask<Float> some = sumB.compare(GT, 0).andNot(nothing);
    FloatVector.zero(F)
        .blend(FloatVector.fromArray(F, a, half).div(sumB), some)
        .intoArray(scale, u);
    for (int lane = 0; lane < LANES; lane++) {
      boolean none = Math.abs(largest[half + lane]) < ScalarSearches.NOTHING;
      for (int i = 0; i < n; i++) {
        int level = none ? 0 : (int) l[i * PAIR + half + lane] + m;
        levels[i * units.count() + u + lane] = (byte) level;
      }
    }
  }
}
