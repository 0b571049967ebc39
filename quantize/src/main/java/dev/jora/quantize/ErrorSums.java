package dev.jora.quantize;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Sums over some values and what they became. */
final class ErrorSums {
  double squares;
  double errors;
  double largest;

  /**
   * Adds x[from + i] and y[i], i in [0, n). Four sums side by side: a chain of additions in double
   * precision costs four cycles a value, which is a tenth of quantizing.
   */
  void add(float[] x, int from, MemorySegment y, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double e0 = 0;
    double e1 = 0;
    double e2 = 0;
    double e3 = 0;
    float max = 0;
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      float x0 = x[from + i];
      float x1 = x[from + i + 1];
      float x2 = x[from + i + 2];
      float x3 = x[from + i + 3];
      float d0 = y.getAtIndex(ValueLayout.JAVA_FLOAT, i) - x0;
      float d1 = y.getAtIndex(ValueLayout.JAVA_FLOAT, i + 1) - x1;
      float d2 = y.getAtIndex(ValueLayout.JAVA_FLOAT, i + 2) - x2;
      float d3 = y.getAtIndex(ValueLayout.JAVA_FLOAT, i + 3) - x3;
      s0 += (double) x0 * x0;
      s1 += (double) x1 * x1;
      s2 += (double) x2 * x2;
      s3 += (double) x3 * x3;
      e0 += (double) d0 * d0;
      e1 += (double) d1 * d1;
      e2 += (double) d2 * d2;
      e3 += (double) d3 * d3;
      max = larger(larger(max, d0, d1), d2, d3);
    }
    for (; i < n; i++) {
      float x0 = x[from + i];
      float d0 = y.getAtIndex(ValueLayout.JAVA_FLOAT, i) - x0;
      s0 += (double) x0 * x0;
      e0 += (double) d0 * d0;
      max = larger(max, d0, 0);
    }
    squares += s0 + s1 + (s2 + s3);
    errors += e0 + e1 + (e2 + e3);
    largest = Math.max(largest, max);
  }

  private static float larger(float max, float a, float b) {
    return Math.max(max, Math.max(Math.abs(a), Math.abs(b)));
  }

  /** Adds what another has; in the order of the pieces, sums do not depend on threads. */
  void add(ErrorSums other) {
    squares += other.squares;
    errors += other.errors;
    largest = Math.max(largest, other.largest);
  }

  /** False if a value or what it became was not finite. */
  boolean isFinite() {
    return Double.isFinite(errors) && Double.isFinite(largest);
  }
}
