package dev.jora.kernel;

import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.broadcast;
import static dev.jora.kernel.Vectors.exp;
import static dev.jora.kernel.Vectors.expm1OfNegative;
import static dev.jora.kernel.Vectors.load;
import static dev.jora.kernel.Vectors.loadFloat;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.storeFloat;
import static dev.jora.kernel.Vectors.sum;
import static dev.jora.kernel.Vectors.tanh;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.MAX;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Operations on a row of floats: norms, rotation, activations. Arguments are addresses that {@link
 * VectorKernels} has checked. Whole vectors come first; the rest goes once under a mask.
 */
final class VectorRows {
  private static final VectorShuffle<Float> PARTNER = VectorShuffle.fromOp(F, i -> i ^ 1);
  private static final VectorShuffle<Float> LOW_TWICE = VectorShuffle.fromOp(F, i -> i / 2);
  private static final VectorShuffle<Float> HIGH_TWICE =
      VectorShuffle.fromOp(F, i -> (i + LANES) / 2);
  private static final VectorMask<Float> EVEN = VectorMask.fromLong(F, 0x5555_5555);

  private VectorRows() {}

  static void rmsNorm(long x, int n, long weight, float eps, long out) {
    float factor = (float) (1 / Math.sqrt(squares(x, n, 0) / (double) n + eps));
    scaleShift(x, n, 0, factor, weight, 0, out);
  }

  static void layerNorm(long x, int n, long weight, long bias, float eps, long out) {
    FloatVector a = FloatVector.zero(F);
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      a = a.add(load(x + 4L * i));
    }
    if (bound < n) {
      a = a.add(load(x + 4L * bound, F.indexInRange(bound, n)));
    }
    float mean = sum(a) / n;
    float factor = (float) (1 / Math.sqrt(squares(x, n, mean) / (double) n + eps));
    scaleShift(x, n, mean, factor, weight, bias, out);
  }

  /** Σ (x − mean)². */
  static float squares(long x, int n, float mean) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = a;
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound - LANES; i += 2 * LANES) {
      FloatVector v = load(x + 4L * i).sub(mean);
      FloatVector w = load(x + 4L * (i + LANES)).sub(mean);
      a = v.fma(v, a);
      b = w.fma(w, b);
    }
    if (i < bound) {
      FloatVector v = load(x + 4L * i).sub(mean);
      a = v.fma(v, a);
    }
    if (bound < n) {
      VectorMask<Float> mask = F.indexInRange(bound, n);
      FloatVector v = load(x + 4L * bound, mask).sub(broadcast(mean), mask);
      b = v.fma(v, b);
    }
    return sum(a.add(b));
  }

  /** out = (x − mean) · factor · weight + bias; address 0 is no weight, no bias. */
  private static void scaleShift(
      long x, int n, float mean, float factor, long weight, long bias, long out) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = load(x + 4L * i).sub(mean).mul(factor);
      if (weight != 0) {
        v = v.mul(load(weight + 4L * i));
      }
      if (bias != 0) {
        v = v.add(load(bias + 4L * i));
      }
      store(v, out + 4L * i);
    }
    for (int i = bound; i < n; i++) {
      float v = (loadFloat(x + 4L * i) - mean) * factor;
      v = weight != 0 ? v * loadFloat(weight + 4L * i) : v;
      storeFloat(bias != 0 ? v + loadFloat(bias + 4L * i) : v, out + 4L * i);
    }
  }

  /** Pairs at a distance: (x[i], x[i + pairs]). */
  static void ropeNeox(long x, int pairs, long cos) {
    long y = x + 4L * pairs;
    long sin = cos + 4L * pairs;
    int bound = F.loopBound(pairs);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector a = load(x + 4L * i);
      FloatVector b = load(y + 4L * i);
      FloatVector c = load(cos + 4L * i);
      FloatVector s = load(sin + 4L * i);
      store(a.fma(c, b.mul(s).neg()), x + 4L * i);
      store(a.fma(s, b.mul(c)), y + 4L * i);
    }
    for (int i = bound; i < pairs; i++) {
      ropePair(x + 4L * i, y + 4L * i, cos + 4L * i, sin + 4L * i);
    }
  }

  /** Neighbours: (x[2i], x[2i + 1]). */
  static void ropeNormal(long x, int pairs, long cos) {
    long sin = cos + 4L * pairs;
    int bound = F.loopBound(pairs);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector c = load(cos + 4L * i);
      FloatVector s = load(sin + 4L * i);
      turn(x + 8L * i, c.rearrange(LOW_TWICE), s.rearrange(LOW_TWICE));
      turn(x + 8L * i + 4L * LANES, c.rearrange(HIGH_TWICE), s.rearrange(HIGH_TWICE));
    }
    for (int i = bound; i < pairs; i++) {
      ropePair(x + 8L * i, x + 8L * i + 4, cos + 4L * i, sin + 4L * i);
    }
  }

  private static void turn(long x, FloatVector cos, FloatVector sin) {
    FloatVector v = load(x);
    FloatVector cross = v.rearrange(PARTNER).mul(sin);
    // Even lanes: a cos − b sin; odd lanes: b cos + a sin.
    store(v.fma(cos, cross.blend(cross.neg(), EVEN)), x);
  }

  private static void ropePair(long first, long second, long cos, long sin) {
    float a = loadFloat(first);
    float b = loadFloat(second);
    float c = loadFloat(cos);
    float s = loadFloat(sin);
    storeFloat(Math.fma(a, c, -(b * s)), first);
    storeFloat(Math.fma(a, s, b * c), second);
  }

  /** x = e^(x − max); returns the sum. */
  static float exponentials(long x, int n, float max) {
    FloatVector total = FloatVector.zero(F);
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector e = exp(load(x + 4L * i).sub(max));
      store(e, x + 4L * i);
      total = total.add(e);
    }
    if (bound < n) {
      VectorMask<Float> mask = F.indexInRange(bound, n);
      FloatVector e = exp(load(x + 4L * bound, mask).sub(max));
      store(e, x + 4L * bound, mask);
      total = total.add(e, mask);
    }
    return sum(total);
  }

  static float max(long x, int n) {
    FloatVector top = broadcast(Float.NEGATIVE_INFINITY);
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      top = top.max(load(x + 4L * i));
    }
    // Unlike a sum, a maximum is the same in any order.
    float max = top.reduceLanes(MAX);
    for (int i = bound; i < n; i++) {
      max = Math.max(max, loadFloat(x + 4L * i));
    }
    return max;
  }

  static void softcap(long x, int n, float cap) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      store(tanh(load(x + 4L * i).div(cap)).mul(cap), x + 4L * i);
    }
    if (bound < n) {
      VectorMask<Float> mask = F.indexInRange(bound, n);
      store(tanh(load(x + 4L * bound, mask).div(cap)).mul(cap), x + 4L * bound, mask);
    }
  }

  static void activate(Activation f, long x, int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      store(apply(f, load(x + 4L * i)), x + 4L * i);
    }
    if (bound < n) {
      VectorMask<Float> mask = F.indexInRange(bound, n);
      store(apply(f, load(x + 4L * bound, mask)), x + 4L * bound, mask);
    }
  }

  static void glu(Activation f, long gate, long up, int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      store(apply(f, load(gate + 4L * i)).mul(load(up + 4L * i)), gate + 4L * i);
    }
    if (bound < n) {
      long rest = 4L * bound;
      VectorMask<Float> mask = F.indexInRange(bound, n);
      FloatVector v = apply(f, load(gate + rest, mask)).mul(load(up + rest, mask));
      store(v, gate + rest, mask);
    }
  }

  private static FloatVector apply(Activation f, FloatVector x) {
    return switch (f) {
      case SILU -> x.div(exp(x.neg()).add(1));
      // 0.5 (1 + tanh u) = 1 / (1 + e^−2u)
      case GELU -> {
        FloatVector u = x.mul(x).fma(broadcast(0.044715f), broadcast(1)).mul(x);
        yield x.div(exp(u.mul(-1.5957691216f)).add(1));
      }
      case SIGMOID -> broadcast(1).div(exp(x.neg()).add(1)).add(x.mul(0)); // NaN of infinity
      case QUICK_GELU -> x.div(exp(x.mul(-1.702f)).add(1));
      case RELU_SQUARED -> x.max(0).mul(x.max(0)).add(x.mul(0)); // likewise
    };
  }

  static void scale(long x, int n, float scale) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      store(load(x + 4L * i).mul(scale), x + 4L * i);
    }
    for (int i = bound; i < n; i++) {
      storeFloat(loadFloat(x + 4L * i) * scale, x + 4L * i);
    }
  }

  static void addScaled(long x, int n, float scale, long out) {
    FloatVector s = broadcast(scale);
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      store(load(x + 4L * i).fma(s, load(out + 4L * i)), out + 4L * i);
    }
    for (int i = bound; i < n; i++) {
      storeFloat(Math.fma(loadFloat(x + 4L * i), scale, loadFloat(out + 4L * i)), out + 4L * i);
    }
  }

  static void times(long x, int n, long out) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      store(load(out + 4L * i).mul(load(x + 4L * i)), out + 4L * i);
    }
    for (int i = bound; i < n; i++) {
      storeFloat(loadFloat(out + 4L * i) * loadFloat(x + 4L * i), out + 4L * i);
    }
  }

  static void limit(long gate, long up, int n, float limit, float bias) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector g = load(gate + 4L * i);
      FloatVector u = load(up + 4L * i);
      store(g.add(g.mul(0)).min(limit), gate + 4L * i);
      store(u.add(u.mul(0)).min(limit).max(-limit).add(bias), up + 4L * i);
    }
    for (int i = bound; i < n; i++) {
      float g = loadFloat(gate + 4L * i);
      float u = loadFloat(up + 4L * i);
      storeFloat(Math.min(g + 0 * g, limit), gate + 4L * i);
      storeFloat(Math.clamp(u + 0 * u, -limit, limit) + bias, up + 4L * i);
    }
  }

  static void activate(Xielu f, long x, int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      store(apply(f, load(x + 4L * i)), x + 4L * i);
    }
    if (bound < n) {
      VectorMask<Float> mask = F.indexInRange(bound, n);
      store(apply(f, load(x + 4L * bound, mask)), x + 4L * bound, mask);
    }
  }

  private static FloatVector apply(Xielu f, FloatVector x) {
    FloatVector negative = expm1OfNegative(x.min(f.eps())).sub(x).mul(f.negative());
    FloatVector curve = negative.blend(x.mul(x).mul(f.positive()), x.compare(GT, 0));
    return x.fma(broadcast(f.beta()), curve);
  }

  static boolean isFinite(long x, int n) {
    FloatVector zero = FloatVector.zero(F); // NaN where one is not finite
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      zero = load(x + 4L * i).fma(broadcast(0), zero);
    }
    float all = sum(zero);
    for (int i = bound; i < n; i++) {
      all += 0 * loadFloat(x + 4L * i);
    }
    return all == 0;
  }
}
