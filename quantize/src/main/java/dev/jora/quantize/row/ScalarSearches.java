package dev.jora.quantize.row;

/** {@link Searches} in plain loops, unit after unit: slow, right, the oracle of the others. */
final class ScalarSearches implements Searches {
  /** A unit whose largest value is smaller has no scale. */
  static final float NOTHING = 1e-15f;

  /** Most rounds of improvement. */
  static final int ROUNDS = 5;

  @Override
  public void symmetric(Units units, int m, Fits fits) {
    ScalarUnit unit = new ScalarUnit(units.n());
    for (int u = 0; u < units.count(); u++) {
      symmetric(unit.take(units, u), u, m, fits);
    }
  }

  private static void symmetric(ScalarUnit t, int u, int m, Fits fits) {
    float largest = t.largest();
    if (Math.abs(largest) < NOTHING) {
      fits.set(u, 0, 0, 1, Fits.ABOVE_ALL);
      return;
    }
    float bestK = -m / largest;
    t.sums(bestK, -m, m - 1);
    float scale = t.b != 0 ? t.a / t.b : 0;
    float best = scale * t.a;
    for (int s = -9; s <= 9; s++) {
      if (s == 0) {
        continue;
      }
      float k = -(m + 0.1f * s) / largest;
      t.sums(k, -m, m - 1);
      if (t.b > 0 && t.a * t.a > best * t.b) {
        scale = t.a / t.b;
        best = scale * t.a;
        bestK = k;
      }
    }
    fits.set(u, scale, 0, bestK, 0);
  }

  @Override
  public void descent(Units units, int m, float[] scale, byte[] levels) {
    ScalarUnit unit = new ScalarUnit(units.n());
    for (int u = 0; u < units.count(); u++) {
      ScalarUnit t = unit.take(units, u);
      float largest = t.largest();
      boolean nothing = Math.abs(largest) < NOTHING;
      if (!nothing) {
        for (int i = 0; i < t.n; i++) {
          t.w[i] = t.x[i] * t.x[i];
        }
        t.sums(-m / largest, -m, m - 1);
        for (int round = 0; round < ROUNDS && descend(t, m); round++) {}
      }
      scale[u] = nothing ? 0 : t.scale();
      for (int i = 0; i < t.n; i++) {
        levels[i * units.count() + u] = (byte) (nothing ? 0 : t.l[i] + m);
      }
    }
  }

  /** One round of {@link #descent}; whether it changed anything. */
  private static boolean descend(ScalarUnit t, int m) {
    boolean changed = false;
    for (int i = 0; i < t.n; i++) {
      float x = t.x[i];
      float w = t.w[i];
      int l = t.l[i];
      float a = t.a - w * x * l;
      if (!(a > 0)) {
        continue;
      }
      float b = t.b - w * l * l;
      int c = Rounding.nearest(x * b / a, -m, m - 1);
      if (c == l) {
        continue;
      }
      a += w * x * c;
      b += w * c * c;
      if (b > 0 && a * a * t.b > t.a * t.a * b) {
        t.l[i] = c;
        t.a = a;
        t.b = b;
        changed = true;
      }
    }
    return changed;
  }

  @Override
  public void affine(Units units, Steps steps, Fits fits) {
    ScalarUnit unit = new ScalarUnit(units.n());
    for (int u = 0; u < units.count(); u++) {
      affine(unit.take(units, u), u, steps, fits);
    }
  }

  private static void affine(ScalarUnit t, int u, Steps steps, Fits fits) {
    float lo = t.x[0];
    float hi = t.x[0];
    float sw = t.w[0];
    float sx = t.w[0] * t.x[0];
    for (int i = 1; i < t.n; i++) {
      lo = t.x[i] < lo ? t.x[i] : lo;
      hi = t.x[i] > hi ? t.x[i] : hi;
      sw += t.w[i];
      sx += t.w[i] * t.x[i];
    }
    lo = lo > 0 ? 0 : lo;
    if (hi == lo) {
      fits.set(u, 0, -lo, 0, 0);
      return;
    }
    float bestK = steps.m() / (hi - lo);
    float base = lo;
    float scale = 1 / bestK;
    levels(t, bestK, lo, steps.m());
    float least = error(t, scale, lo, steps.absolute());
    for (int s = 0; s <= steps.last(); s++) {
      float k = steps.levels(s) / (hi - lo);
      levels(t, k, lo, steps.m());
      float sl = 0;
      float sl2 = 0;
      float sxl = 0;
      for (int i = 0; i < t.n; i++) {
        float wl = t.w[i] * t.l[i];
        sl += wl;
        sl2 += wl * t.l[i];
        sxl += wl * t.x[i];
      }
      float d = sw * sl2 - sl * sl;
      if (!(d > 0)) {
        continue;
      }
      float a = (sw * sxl - sx * sl) / d;
      float b = (sl2 * sx - sl * sxl) / d;
      if (b > 0) {
        b = 0;
        a = sxl / sl2;
      }
      float error = error(t, a, b, steps.absolute());
      if (error < least) {
        least = error;
        scale = a;
        bestK = k;
        base = lo;
        lo = b;
      }
    }
    fits.set(u, scale, -lo, bestK, base);
  }

  private static void levels(ScalarUnit t, float k, float lo, int m) {
    for (int i = 0; i < t.n; i++) {
      t.l[i] = Rounding.nearest(k * (t.x[i] - lo), 0, m);
    }
  }

  private static float error(ScalarUnit t, float scale, float offset, boolean absolute) {
    float sum = 0;
    for (int i = 0; i < t.n; i++) {
      float e = scale * t.l[i] + offset - t.x[i];
      sum += t.w[i] * (absolute ? Math.abs(e) : e * e);
    }
    return sum;
  }

  @Override
  public void positive(Units units, int m, float[] scale, byte[] levels) {
    ScalarUnit unit = new ScalarUnit(units.n());
    for (int u = 0; u < units.count(); u++) {
      ScalarUnit t = unit.take(units, u);
      boolean nothing = !positive(t, m);
      scale[u] = nothing ? 0 : t.scale();
      for (int i = 0; i < t.n; i++) {
        levels[i * units.count() + u] = (byte) (nothing ? 0 : t.l[i]);
      }
    }
  }

  /** Leaves levels, a and b in t; false if its values are next to nothing. */
  private static boolean positive(ScalarUnit t, int m) {
    float largest = 0;
    for (float v : t.x) {
      largest = largest > v ? largest : v;
    }
    if (largest < NOTHING) {
      return false;
    }
    float best = m / largest;
    // Here, and here alone, levels are not clamped to m but cut to a byte.
    float least = wrapped(t, best);
    for (int s = -4; s <= 4; s++) {
      if (s == 0) {
        continue;
      }
      float k = (0.1f * s + m) / largest;
      float error = capped(t, k, m);
      if (error < least) {
        least = error;
        best = k;
      }
    }
    t.sums(best, Integer.MIN_VALUE, m);
    for (int i = 0; i < t.n; i++) {
      t.l[i] &= 255; // after the sums, which see negative levels
    }
    for (int round = 0; round < ROUNDS && improve(t, m); round++) {}
    return true;
  }

  private static float wrapped(ScalarUnit t, float k) {
    float c = 1 / k;
    float sum = 0;
    for (int i = 0; i < t.n; i++) {
      float e = t.x[i] - c * (Rounding.nearest(k * t.x[i]) & 255);
      sum += t.w[i] * e * e;
    }
    return sum;
  }

  private static float capped(ScalarUnit t, float k, int m) {
    float c = 1 / k;
    float sum = 0;
    for (int i = 0; i < t.n; i++) {
      float e = t.x[i] - c * Math.min(m, Rounding.nearest(k * t.x[i]));
      sum += t.w[i] * e * e;
    }
    return sum;
  }

  /** One round of {@link #positive}; whether it changed anything. */
  private static boolean improve(ScalarUnit t, int m) {
    boolean changed = false;
    for (int i = 0; i < t.n; i++) {
      float x = t.x[i];
      float w = t.w[i];
      int l = t.l[i];
      float a = t.a - w * x * l;
      float b = t.b - w * l * l;
      if (!(a > 0 && b > 0)) {
        continue;
      }
      int c = Math.min(m, Rounding.nearest(x * b / a));
      if (c == l) {
        continue;
      }
      a += w * x * c;
      b += w * c * c;
      if (a * a * t.b > t.a * t.a * b) {
        t.l[i] = c & 255;
        t.a = a;
        t.b = b;
        changed = true;
      }
    }
    return changed;
  }
}
