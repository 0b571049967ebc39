package dev.jora.kernel.asm;

import java.util.Arrays;

/**
 * The choice of the runs of 32 activations that a group of tokens has multiplied by both bytes. A
 * group begins with their number; the list of all runs, those first, follows at {@link #LIST}.
 */
enum FineRuns {
  /** Those whose rounding error is far above the usual one, and a few in any case. */
  LARGE_ONES,

  /** All, for precise products. */
  ALL;

  /** So many times the median of squares is a large one: {@code PerplexityGoldenTest}, SmolLM2. */
  private static final float LARGE = 3;

  /** One run in so many is multiplied by both bytes though none is large. */
  private static final int LEAST = 16;

  /** Where the list of runs begins. */
  static final int LIST = 64;

  /** Bytes of number and list. */
  static long bytes(int k) {
    return LIST + (4L * (k / 32) + 63 & -64);
  }

  /**
   * Writes number and list, runs of either kind in order.
   *
   * @param errors of each run, the square of a step of the upper byte, summed over tokens
   */
  void write(float[] errors, long out) {
    float limit = this == ALL ? Float.NEGATIVE_INFINITY : limit(errors);
    int fine = 0;
    for (float error : errors) {
      fine += error > limit ? 1 : 0;
    }
    Memory.setInt(out, fine);
    long first = out + LIST;
    long rest = first + 4L * fine;
    for (int r = 0; r < errors.length; r++) {
      if (errors[r] > limit) {
        Memory.setInt(first, r);
        first += 4;
      } else {
        Memory.setInt(rest, r);
        rest += 4;
      }
    }
  }

  private static float limit(float[] errors) {
    float[] sorted = errors.clone();
    Arrays.sort(sorted);
    int last = sorted.length - 1;
    int least = Math.max(1, sorted.length / LEAST);
    return Math.min(LARGE * sorted[last / 2], sorted[Math.max(0, last - least)]);
  }
}
