package dev.jora.kernel;

import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.broadcast;
import static dev.jora.kernel.Vectors.load;
import static dev.jora.kernel.Vectors.loadFloat;
import static dev.jora.kernel.Vectors.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Sums of values under attention weights, lanes along the head. (Scores are {@link VectorGemm}.)
 * Strides are in bytes; a value does not depend on how many rows are asked for at once.
 */
final class VectorAttention {
  private VectorAttention() {}

  /** out[i,:] = keep[i] · out[i,:] + Σ_j p[i, j] · v[j,:], as {@link Kernels#weightedSum}. */
  static void weightedSum(
      long p, long ps, int nq, long v, int nk, int d, long keep, long out, long os) {
    int wide = 4 * LANES;
    for (int e = 0; e < d; e += wide) {
      long ve = v + 4L * e;
      long oe = out + 4L * e;
      if (e + wide > d) {
        for (int i = 0; i < nq; i++) {
          edge(p + ps * i, ve, 4L * d, nk, d - e, keep + 4L * i, oe + os * i);
        }
        return;
      }
      int i = 0;
      for (; i <= nq - 4; i += 4) {
        tile(p + ps * i, ps, ve, 4L * d, nk, keep + 4L * i, oe + os * i, os);
      }
      for (; i < nq; i++) {
        row(p + ps * i, ve, 4L * d, nk, keep + 4L * i, oe + os * i);
      }
    }
  }

  /** Four rows × four vectors. */
  private static void tile(long p, long ps, long v, long vs, int nk, long keep, long out, long os) {
    FloatVector k0 = broadcast(loadFloat(keep));
    FloatVector k1 = broadcast(loadFloat(keep + 4));
    FloatVector k2 = broadcast(loadFloat(keep + 8));
    FloatVector k3 = broadcast(loadFloat(keep + 12));
    FloatVector a0 = load(out).mul(k0);
    FloatVector b0 = load(out + 4L * LANES).mul(k0);
    FloatVector c0 = load(out + 8L * LANES).mul(k0);
    FloatVector d0 = load(out + 12L * LANES).mul(k0);
    FloatVector a1 = load(out + os).mul(k1);
    FloatVector b1 = load(out + os + 4L * LANES).mul(k1);
    FloatVector c1 = load(out + os + 8L * LANES).mul(k1);
    FloatVector d1 = load(out + os + 12L * LANES).mul(k1);
    FloatVector a2 = load(out + 2 * os).mul(k2);
    FloatVector b2 = load(out + 2 * os + 4L * LANES).mul(k2);
    FloatVector c2 = load(out + 2 * os + 8L * LANES).mul(k2);
    FloatVector d2 = load(out + 2 * os + 12L * LANES).mul(k2);
    FloatVector a3 = load(out + 3 * os).mul(k3);
    FloatVector b3 = load(out + 3 * os + 4L * LANES).mul(k3);
    FloatVector c3 = load(out + 3 * os + 8L * LANES).mul(k3);
    FloatVector d3 = load(out + 3 * os + 12L * LANES).mul(k3);
    for (int j = 0; j < nk; j++) {
      long vj = v + vs * j;
      long pj = p + 4L * j;
      FloatVector va = load(vj);
      FloatVector vb = load(vj + 4L * LANES);
      FloatVector vc = load(vj + 8L * LANES);
      FloatVector vd = load(vj + 12L * LANES);
      FloatVector p0 = broadcast(loadFloat(pj));
      a0 = va.fma(p0, a0);
      b0 = vb.fma(p0, b0);
      c0 = vc.fma(p0, c0);
      d0 = vd.fma(p0, d0);
      FloatVector p1 = broadcast(loadFloat(pj + ps));
      a1 = va.fma(p1, a1);
      b1 = vb.fma(p1, b1);
      c1 = vc.fma(p1, c1);
      d1 = vd.fma(p1, d1);
      FloatVector p2 = broadcast(loadFloat(pj + 2 * ps));
      a2 = va.fma(p2, a2);
      b2 = vb.fma(p2, b2);
      c2 = vc.fma(p2, c2);
      d2 = vd.fma(p2, d2);
      FloatVector p3 = broadcast(loadFloat(pj + 3 * ps));
      a3 = va.fma(p3, a3);
      b3 = vb.fma(p3, b3);
      c3 = vc.fma(p3, c3);
      d3 = vd.fma(p3, d3);
    }
    store(a0, out);
    store(b0, out + 4L * LANES);
    store(c0, out + 8L * LANES);
    store(d0, out + 12L * LANES);
    store(a1, out + os);
    store(b1, out + os + 4L * LANES);
    store(c1, out + os + 8L * LANES);
    store(d1, out + os + 12L * LANES);
    store(a2, out + 2 * os);
    store(b2, out + 2 * os + 4L * LANES);
    store(c2, out + 2 * os + 8L * LANES);
    store(d2, out + 2 * os + 12L * LANES);
    store(a3, out + 3 * os);
    store(b3, out + 3 * os + 4L * LANES);
    store(c3, out + 3 * os + 8L * LANES);
    store(d3, out + 3 * os + 12L * LANES);
  }

  /** One row × four vectors. */
  private static void row(long p, long v, long vs, int nk, long keep, long out) {
    FloatVector k = broadcast(loadFloat(keep));
    FloatVector a = load(out).mul(k);
    FloatVector b = load(out + 4L * LANES).mul(k);
    FloatVector c = load(out + 8L * LANES).mul(k);
    FloatVector d = load(out + 12L * LANES).mul(k);
    for (int j = 0; j < nk; j++) {
      long vj = v + vs * j;
      FloatVector pj = broadcast(loadFloat(p + 4L * j));
      a = load(vj).fma(pj, a);
      b = load(vj + 4L * LANES).fma(pj, b);
      c = load(vj + 8L * LANES).fma(pj, c);
      d = load(vj + 12L * LANES).fma(pj, d);
    }
    store(a, out);
    store(b, out + 4L * LANES);
    store(c, out + 8L * LANES);
    store(d, out + 12L * LANES);
  }

  /** One row × the last n values of the head, fewer than four vectors. */
  private static void edge(long p, long v, long vs, int nk, int n, long keep, long out) {
    for (int e = 0; e < n; e += LANES) {
      VectorMask<Float> mask = F.indexInRange(e, n);
      FloatVector a = load(out + 4L * e, mask).mul(loadFloat(keep));
      for (int j = 0; j < nk; j++) {
        a = load(v + vs * j + 4L * e, mask).fma(broadcast(loadFloat(p + 4L * j)), a);
      }
      store(a, out + 4L * e, mask);
    }
  }
}
