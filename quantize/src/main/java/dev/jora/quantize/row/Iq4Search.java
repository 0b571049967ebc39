package dev.jora.quantize.row;

import dev.jora.quant.Iq4Values;

/**
 * The scale with which 32 values are nearest to scale · V[q], q = 0 to 15, for IQ4_NL and IQ4_XS.
 *
 * <p>Let M be the value of the largest size, the first of equals. Sixteen factors are tried: k = 1
 * / (M / 127), then (t − 127) / M for t = −7 to 7: p = V[{@link #index}(k x)], a = Σ w p x, b = Σ w
 * p p. The first gives scale = a / b, or 0 if b is 0, and best = scale · a; a later one replaces it
 * if b &gt; 0 and a a &gt; best · b. Where |M| &lt; 1e-15 the scale is 0.
 */
abstract class Iq4Search {
  /** Factors that are tried. */
  static final int FACTORS = 16;

  /** Halfway between neighbours of V; the last is there to fill a vector. */
  static final float[] MIDPOINTS = new float[16];

  private static final float NOTHING = 1e-15f;

  static {
    for (int i = 0; i < 15; i++) {
      MIDPOINTS[i] = (Iq4Values.VALUES[i] + Iq4Values.VALUES[i + 1]) / 2f;
    }
    MIDPOINTS[15] = Float.POSITIVE_INFINITY;
  }

  final float[] k = new float[FACTORS];
  final float[] a = new float[FACTORS];
  final float[] b = new float[FACTORS];

  /**
   * The scale of the 32 values from x[from] on.
   *
   * @param w their weights, from {@code at} on
   */
  final float scale(float[] x, int from, float[] w, int at) {
    float peak = BlockWriter.peak(x, from, 32);
    if (Math.abs(peak) < NOTHING) {
      return 0;
    }
    k[0] = 1 / (-peak / Iq4Values.VALUES[0]);
    for (int t = -7; t <= 7; t++) {
      k[t + 8] = (t + Iq4Values.VALUES[0]) / peak;
    }
    sums(x, from, w, at);
    float scale = b[0] > 0 ? a[0] / b[0] : 0;
    float best = scale * a[0];
    for (int c = 1; c < FACTORS; c++) {
      if (b[c] > 0 && a[c] * a[c] > best * b[c]) {
        scale = a[c] / b[c];
        best = scale * a[c];
      }
    }
    return scale;
  }

  /** a[c], b[c] of every factor k[c]. */
  abstract void sums(float[] x, int from, float[] w, int at);

  /** out[i] = {@link #index}(k x), for 32 values from x[from] on. */
  abstract void levels(float k, float[] x, int from, int[] out);

  /** The index of the value nearest to v, of two equally near the upper. */
  static int index(float v) {
    int index = v >= MIDPOINTS[7] ? 8 : 0;
    index += v >= MIDPOINTS[index + 3] ? 4 : 0;
    index += v >= MIDPOINTS[index + 1] ? 2 : 0;
    return index + (v >= MIDPOINTS[index] ? 1 : 0);
  }
}
