package dev.jora.sampling;

/** The checks of parameters that are numbers. */
final class Range {
  private Range() {}

  static void finite(String flag, float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(flag + " must be a finite number, not " + value);
    }
  }

  static void atLeast(String flag, float value, float least) {
    finite(flag, value);
    if (value < least) {
      throw new IllegalArgumentException(
          flag + " must be at least " + number(least) + ", not " + number(value));
    }
  }

  static void above(String flag, float value, float bound) {
    finite(flag, value);
    if (value <= bound) {
      throw new IllegalArgumentException(
          flag + " must be above " + number(bound) + ", not " + number(value));
    }
  }

  static void within(String flag, float value, float least, float most) {
    finite(flag, value);
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          flag
              + " must be from "
              + number(least)
              + " to "
              + number(most)
              + ", not "
              + number(value));
    }
  }

  /** Whole numbers without a fraction. */
  static String number(float value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Float.toString(value);
  }
}
