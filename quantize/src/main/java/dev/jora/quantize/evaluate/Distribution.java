package dev.jora.quantize.evaluate;

import java.util.Arrays;

/** Figures in ascending order. */
public final class Distribution {
  private final double[] sorted;

  /** That of the first {@code count} values. */
  Distribution(double[] values, int count) {
    sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
  }

  /**
   * The value with this share of the others below it, between neighbours in proportion: 0 is the
   * least, 0.5 the median, 1 the largest.
   */
  public double quantile(double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
