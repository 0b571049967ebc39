package dev.jora.quantize;

import dev.jora.kernel.IncubatorModule;

/** Sums over some values and what they became. */
final class ErrorSums {
  double squares;
  double errors;
  double largest;

  /** Adds to the sums. */
  interface Adder {
    /** Adds x[i] and y[i], i in [0, n). */
    void add(ErrorSums sums, float[] x, float[] y, int n);
  }

  /** Chosen when first used, so that nothing is loaded before. */
  private static final class Best {
    static final Adder ADDER = IncubatorModule.load() ? new VectorErrors() : new ScalarErrors();

    private Best() {}
  }

  /** The fastest that this JVM has. */
  static Adder best() {
    return Best.ADDER;
  }

  /** Plain loops. */
  static final class ScalarErrors implements Adder {
    @Override
    public void add(ErrorSums sums, float[] x, float[] y, int n) {
      sums.addPlainly(x, y, 0, n);
    }
  }

  /** Adds x[i] and y[i], i in [from, to). */
  void addPlainly(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      float d = y[i] - x[i];
      squares += (double) x[i] * x[i];
      errors += (double) d * d;
      largest = Math.max(largest, Math.abs(d));
    }
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
