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
 * Strides are in bytes; a value does not depend on how many rows are asked for at once. Row by row:
 * C2 boxes the 16 accumulators of a tile of four rows, 1.6 GMAC/s against 35 (docs/kernels.md).
 */
final class VectorAttention {
  private VectorAttention() {}

  /** out[i,:] = keep[i] · out[i,:] + Σ_j p[i, j] · v[j,:], as {@link Kernels#weightedSum}. */
  static void weightedSum(
      long p, long ps, int nq, long v, long vs, int nk, int d, long keep, long out, long os) {
    int wide = 4 * LANES;
    for (int e = 0; e < d; e += wide) {
      long ve = v + 4L * e;
      long oe = out + 4L * e;
      if (e + wide > d) {
        for (int i = 0; i < nq; i++) {
          edge(p + ps * i, ve, vs, nk, d - e, keep + 4L * i, oe + os * i);
        }
        return;
      }
      for (int i = 0; i < nq; i++) {
        row(p + ps * i, ve, vs, nk, keep + 4L * i, oe + os * i);
      }
    }
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
