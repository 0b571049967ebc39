package dev.jora.kernel;

import static dev.jora.kernel.Segments.address;
import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.broadcast;
import static dev.jora.kernel.Vectors.exp;
import static dev.jora.kernel.Vectors.load;
import static dev.jora.kernel.Vectors.loadFloat;
import static dev.jora.kernel.Vectors.log1p;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.storeFloat;
import static dev.jora.kernel.Vectors.sum;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Recurrent layers on the Vector API; see {@link VectorKernels}. Convolutions have columns side by
 * side, scans the states of a value, the delta rule the values of a head.
 */
final class VectorRecurrent implements RecurrentKernels {
  @Override
  public void convolve(Floats kernel, Floats bias, Floats before, Floats x, Floats out) {
    int n = x.cols();
    int taps = kernel.rows();
    long ka = kernel.columns(0, n);
    long ba = bias == null ? 0 : bias.columns(0, n);
    long pa = before.columns(0, n);
    long xa = x.address();
    long oa = out.columns(0, n);
    for (int i = 0; i < x.rows(); i++) {
      int early = Math.max(0, taps - 1 - i); // taps on rows before
      long first = pa + 4L * before.stride() * i;
      long rest = xa + 4L * x.stride() * Math.max(0, i - taps + 1);
      row(ka, kernel, ba, first, before, early, rest, x, oa + 4L * out.stride() * i);
    }
  }

  /** One row: {@code early} taps on rows from {@code first} on, the others from {@code rest}. */
  private static void row(
      long ka,
      Floats kernel,
      long bias,
      long first,
      Floats before,
      int early,
      long rest,
      Floats x,
      long out) {
    int n = x.cols();
    int bound = F.loopBound(n);
    for (int c = 0; c < bound; c += LANES) {
      long at = 4L * c;
      FloatVector sum = bias == 0 ? FloatVector.zero(F) : load(bias + at);
      for (int j = 0; j < early; j++) {
        FloatVector value = load(first + 4L * before.stride() * j + at);
        sum = load(ka + 4L * kernel.stride() * j + at).fma(value, sum);
      }
      for (int j = early; j < kernel.rows(); j++) {
        FloatVector value = load(rest + 4L * x.stride() * (j - early) + at);
        sum = load(ka + 4L * kernel.stride() * j + at).fma(value, sum);
      }
      store(sum, out + at);
    }
    for (int c = bound; c < n; c++) {
      long at = 4L * c;
      float sum = bias == 0 ? 0 : loadFloat(bias + at);
      for (int j = 0; j < early; j++) {
        float value = loadFloat(first + 4L * before.stride() * j + at);
        sum = Math.fma(loadFloat(ka + 4L * kernel.stride() * j + at), value, sum);
      }
      for (int j = early; j < kernel.rows(); j++) {
        float value = loadFloat(rest + 4L * x.stride() * (j - early) + at);
        sum = Math.fma(loadFloat(ka + 4L * kernel.stride() * j + at), value, sum);
      }
      storeFloat(sum, out + at);
    }
  }

  @Override
  public void softplus(MemorySegment x, long xOffset, int n, MemorySegment out, long outOffset) {
    long xa = address(x, xOffset, 4L * n);
    long oa = address(out, outOffset, 4L * n);
    // In two sweeps, as C2 inlines about one exponential in a method and boxes vectors beyond it.
    fadings(xa, n, oa);
    logarithms(xa, n, oa);
  }

  /** out = e^−|x|. */
  private static void fadings(long x, int n, long out) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      store(exp(load(x + 4L * i).abs().neg()), out + 4L * i);
    }
    if (bound < n) {
      VectorMask<Float> mask = F.indexInRange(bound, n);
      store(exp(load(x + 4L * bound, mask).abs().neg()), out + 4L * bound, mask);
    }
  }

  /** out = max(x, 0) + ln(1 + out), and a NaN of infinity. */
  private static void logarithms(long x, int n, long out) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = load(x + 4L * i);
      store(log1p(load(out + 4L * i)).add(v.max(0)).add(v.mul(0)), out + 4L * i);
    }
    if (bound < n) {
      VectorMask<Float> mask = F.indexInRange(bound, n);
      FloatVector v = load(x + 4L * bound, mask);
      FloatVector t = load(out + 4L * bound, mask);
      store(log1p(t).add(v.max(0)).add(v.mul(0)), out + 4L * bound, mask);
    }
  }

  @Override
  public void scan(
      Floats s, Floats a, Floats d, Floats delta, Floats x, Floats b, Floats c, Floats y) {
    int values = s.rows();
    int heads = a.rows();
    int n = s.cols();
    long sa = s.address();
    long aa = a.address();
    long da = d.columns(0, heads);
    long ta = delta.columns(0, heads);
    long xa = x.columns(0, values);
    long ba = b.columns(0, n);
    long ca = c.columns(0, n);
    long ya = y.columns(0, values);
    long padded = 4L * LANES * ((n + LANES - 1) / LANES);
    try (Arena arena = Arena.ofConfined()) {
      long keep = arena.allocate(padded * heads, 64).address();
      for (int i = 0; i < x.rows(); i++) {
        decays(heads, n, ta + 4L * delta.stride() * i, aa, a, keep, padded);
        for (int h = 0, j = 0; h < heads; h++) {
          long keeps = keep + padded * h;
          float step = loadFloat(ta + 4L * (delta.stride() * (long) i + h));
          float skip = loadFloat(da + 4L * h);
          for (int end = j + values / heads; j < end; j++) {
            float value = loadFloat(xa + 4L * (x.stride() * (long) i + j));
            long bRow = ba + 4L * b.stride() * i;
            long cRow = ca + 4L * c.stride() * i;
            float sum = advance(sa + 4L * n * j, n, keeps, step * value, bRow, cRow);
            storeFloat(Math.fma(skip, value, sum), ya + 4L * (y.stride() * (long) i + j));
          }
        }
      }
    }
  }

  /** keep[h,:] = e^(delta[h] · a[h,:]), of an infinite a a NaN; rows are whole vectors. */
  private static void decays(
      int heads, int n, long delta, long rates, Floats a, long keep, long padded) {
    int bound = a.cols() == 1 ? 0 : F.loopBound(n);
    for (int h = 0; h < heads; h++) {
      long rate = rates + 4L * a.stride() * h;
      long out = keep + padded * h;
      float step = loadFloat(delta + 4L * h);
      for (int k = bound; k < n; k++) { // those that fill no vector, or all from one number
        storeFloat(loadFloat(rate + (a.cols() == 1 ? 0 : 4L * k)), out + 4L * k);
      }
      for (int k = 0; k < n; k += LANES) {
        FloatVector r = load((k < bound ? rate : out) + 4L * k);
        store(r.fma(broadcast(0), exp(r.mul(step))), out + 4L * k);
      }
    }
  }

  /** s = keep ⊙ s + u · b; returns s · c. */
  private static float advance(long s, int n, long keep, float u, long b, long c) {
    FloatVector total = FloatVector.zero(F);
    int bound = F.loopBound(n);
    for (int k = 0; k < bound; k += LANES) {
      FloatVector state = load(s + 4L * k).fma(load(keep + 4L * k), load(b + 4L * k).mul(u));
      store(state, s + 4L * k);
      total = state.fma(load(c + 4L * k), total);
    }
    float sum = sum(total);
    for (int k = bound; k < n; k++) {
      float news = u * loadFloat(b + 4L * k);
      float state = Math.fma(loadFloat(s + 4L * k), loadFloat(keep + 4L * k), news);
      storeFloat(state, s + 4L * k);
      sum = Math.fma(state, loadFloat(c + 4L * k), sum);
    }
    return sum;
  }

  @Override
  public void delta(Floats s, Floats q, Floats k, Floats v, Floats factors, Floats y) {
    int keys = s.rows();
    int values = s.cols();
    long step = 4L * values;
    long sa = s.address();
    long qa = q.columns(0, keys);
    long ka = k.columns(0, keys);
    long va = v.columns(0, values);
    long fa = factors.columns(0, FACTORS);
    long ya = y.columns(0, values);
    for (int j = 0; j < values; ) { // few columns for all rows: their states stay in the cache
      boolean wide = j <= values - 4 * LANES;
      VectorMask<Float> mask = wide ? null : F.indexInRange(j, values);
      for (int i = 0; i < v.rows(); i++) {
        long f = fa + 4L * factors.stride() * i;
        long key = ka + 4L * k.stride() * i;
        long query = qa + 4L * q.stride() * i;
        long value = va + 4L * v.stride() * i + 4L * j;
        long out = ya + 4L * y.stride() * i + 4L * j;
        float keep = loadFloat(f);
        float fk = loadFloat(f + 12);
        float seen = -keep * fk;
        float news = loadFloat(f + 4) * fk;
        if (wide) {
          look(sa + 4L * j, step, keys, key, seen, value, news, out);
          write(sa + 4L * j, step, keys, key, keep, query, loadFloat(f + 8), out);
        } else {
          look(mask, sa + 4L * j, step, keys, key, seen, value, news, out);
          write(mask, sa + 4L * j, step, keys, key, keep, query, loadFloat(f + 8), out);
        }
      }
      j += wide ? 4 * LANES : LANES;
    }
  }

  // Of four vectors of columns, or of what a mask leaves of one: out is the news first, then y.

  /** out = (v + seen · kᵀ s) · news. */
  private static void look(
      long s, long step, int keys, long k, float seen, long v, float news, long out) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.zero(F);
    FloatVector a2 = FloatVector.zero(F);
    FloatVector a3 = FloatVector.zero(F);
    for (int e = 0; e < keys; e++) {
      FloatVector key = broadcast(loadFloat(k + 4L * e));
      long row = s + step * e;
      a0 = load(row).fma(key, a0);
      a1 = load(row + 4 * LANES).fma(key, a1);
      a2 = load(row + 8 * LANES).fma(key, a2);
      a3 = load(row + 12 * LANES).fma(key, a3);
    }
    store(a0.fma(broadcast(seen), load(v)).mul(news), out);
    store(a1.fma(broadcast(seen), load(v + 4 * LANES)).mul(news), out + 4 * LANES);
    store(a2.fma(broadcast(seen), load(v + 8 * LANES)).mul(news), out + 8 * LANES);
    store(a3.fma(broadcast(seen), load(v + 12 * LANES)).mul(news), out + 12 * LANES);
  }

  /** s = keep · s + k ⊗ out, then out = fq · qᵀ s. */
  private static void write(
      long s, long step, int keys, long k, float keep, long q, float fq, long out) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = FloatVector.zero(F);
    FloatVector a2 = FloatVector.zero(F);
    FloatVector a3 = FloatVector.zero(F);
    FloatVector d0 = load(out);
    FloatVector d1 = load(out + 4 * LANES);
    FloatVector d2 = load(out + 8 * LANES);
    FloatVector d3 = load(out + 12 * LANES);
    for (int e = 0; e < keys; e++) {
      FloatVector key = broadcast(loadFloat(k + 4L * e));
      FloatVector query = broadcast(loadFloat(q + 4L * e));
      long row = s + step * e;
      FloatVector s0 = d0.fma(key, load(row).mul(keep));
      FloatVector s1 = d1.fma(key, load(row + 4 * LANES).mul(keep));
      FloatVector s2 = d2.fma(key, load(row + 8 * LANES).mul(keep));
      FloatVector s3 = d3.fma(key, load(row + 12 * LANES).mul(keep));
      store(s0, row);
      store(s1, row + 4 * LANES);
      store(s2, row + 8 * LANES);
      store(s3, row + 12 * LANES);
      a0 = s0.fma(query, a0);
      a1 = s1.fma(query, a1);
      a2 = s2.fma(query, a2);
      a3 = s3.fma(query, a3);
    }
    store(a0.mul(fq), out);
    store(a1.mul(fq), out + 4 * LANES);
    store(a2.mul(fq), out + 8 * LANES);
    store(a3.mul(fq), out + 12 * LANES);
  }

  private static void look(
      VectorMask<Float> mask,
      long s,
      long step,
      int keys,
      long k,
      float seen,
      long v,
      float news,
      long out) {
    FloatVector sum = FloatVector.zero(F);
    for (int e = 0; e < keys; e++) {
      sum = load(s + step * e, mask).fma(broadcast(loadFloat(k + 4L * e)), sum);
    }
    store(sum.fma(broadcast(seen), load(v, mask)).mul(news), out, mask);
  }

  private static void write(
      VectorMask<Float> mask,
      long s,
      long step,
      int keys,
      long k,
      float keep,
      long q,
      float fq,
      long out) {
    FloatVector sum = FloatVector.zero(F);
    FloatVector news = load(out, mask);
    for (int e = 0; e < keys; e++) {
      FloatVector key = broadcast(loadFloat(k + 4L * e));
      FloatVector state = news.fma(key, load(s + step * e, mask).mul(keep));
      store(state, s + step * e, mask);
      sum = state.fma(broadcast(loadFloat(q + 4L * e)), sum);
    }
    store(sum.mul(fq), out, mask);
  }

  @Override
  public float squares(MemorySegment x, long xOffset, int n) {
    return VectorRows.squares(address(x, xOffset, 4L * n), n, 0);
  }
}
