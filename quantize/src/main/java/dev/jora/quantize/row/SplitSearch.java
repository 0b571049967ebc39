package dev.jora.quantize.row;

import java.util.Arrays;

/**
 * Scales of sub-blocks of the IQ1 types, {@link #UNITS} at once. A value is scale · T[digit],
 * digits 0 to 2, where T is P = (−0.875, 0.125, 1.125) or N = (−1.125, −0.125, 0.875): one of them
 * for a sub-block of 32 values, one for each half of a sub-block of 16.
 *
 * <p>The values are put in order, equal ones as they came. For all 0 ≤ i1 ≤ i2 ≤ n, i2 running
 * fastest, the first i1 get digit 0, those before i2 digit 1, the rest 2; for each of these splits
 * every choice of T is tried, P before N, the second half running fastest: a = Σ w T x, b = Σ w T
 * T, from sums over the first so many values in order. A choice is taken if b &gt; 0 and a a &gt;
 * best · b: scale = a / b, best = scale · a, which starts at −{@link Float#MAX_VALUE}.
 */
abstract class SplitSearch {
  /** Sub-blocks of a search. */
  static final int UNITS = 16;

  /** Nothing was taken. */
  static final int NONE = -1;

  /** Values of a sub-block. */
  final int n;

  /** Value i of sub-block u, and its weight, at [i · UNITS + u]; set by the caller. */
  final float[] x;

  final float[] w;

  /** Which value of sub-block u is the i-th in order, at [i · UNITS + u]. */
  final int[] order;

  /** How many values of sub-block u stand before value i. */
  final int[] rank;

  /**
   * Sums over the first i values in order, i = 0 to n, at [i · UNITS + u]: of w x, of w; second
   * halves count in arrays of their own, and are 0 in the first.
   */
  final float[] sumX;

  final float[] sumW;
  final float[] secondX;
  final float[] secondW;

  /** What was found: the scale, and {@link #split} or NONE. */
  final float[] scale = new float[UNITS];

  final int[] taken = new int[UNITS];

  /** scale · a of what was taken. */
  final float[] best = new float[UNITS];

  SplitSearch(int n) {
    this.n = n;
    x = new float[n * UNITS];
    w = new float[n * UNITS];
    order = new int[n * UNITS];
    rank = new int[n * UNITS];
    sumX = new float[(n + 1) * UNITS];
    sumW = new float[(n + 1) * UNITS];
    secondX = new float[(n + 1) * UNITS];
    secondW = new float[(n + 1) * UNITS];
  }

  /** A split as one number; choice: bit 0 is set for N, for halves bit 1 belongs to the first. */
  static int split(int i1, int i2, int choice) {
    return (i1 << 6 | i2) << 2 | choice;
  }

  static int first(int split) {
    return split >> 8;
  }

  static int second(int split) {
    return split >> 2 & 63;
  }

  static int choice(int split) {
    return split & 3;
  }

  /** Sets {@link #scale}, {@link #taken} and {@link #order}. */
  final void search() {
    ranks();
    scatter();
    accumulate(sumX);
    accumulate(sumW);
    Arrays.fill(best, -Float.MAX_VALUE);
    Arrays.fill(taken, NONE);
    if (n == 32) {
      trySplits();
    } else {
      accumulate(secondX);
      accumulate(secondW);
      trySplitsOfHalves();
    }
  }

  /** Sets {@link #rank}. */
  abstract void ranks();

  /** Goes through all splits of sub-blocks with one T. */
  abstract void trySplits();

  /** Goes through all splits of sub-blocks with a T for each half. */
  abstract void trySplitsOfHalves();

  /** Puts values in order, one place up, as the sums want them. */
  private void scatter() {
    for (int i = 0; i < n; i++) {
      boolean second = n == 16 && i >= n / 2;
      for (int u = 0; u < UNITS; u++) {
        int at = i * UNITS + u;
        int to = rank[at] * UNITS + u;
        float wx = w[at] * x[at];
        order[to] = i;
        sumX[to + UNITS] = second ? 0 : wx;
        sumW[to + UNITS] = second ? 0 : w[at];
        secondX[to + UNITS] = second ? wx : 0;
        secondW[to + UNITS] = second ? w[at] : 0;
      }
    }
  }

  /** Adding 0 changes nothing here: a sum that starts from 0 is never −0. */
  private void accumulate(float[] sums) {
    for (int i = 0; i < n; i++) {
      for (int u = 0; u < UNITS; u++) {
        sums[(i + 1) * UNITS + u] += sums[i * UNITS + u];
      }
    }
  }
}
