package dev.jora.sampling;

import dev.jora.fault.Parameter;
import dev.jora.fault.ParameterException;
import dev.jora.fault.Sentence;

/** The checks of parameters that are numbers; names are those of llama.cpp's server. */
final class Range {
  private Range() {}

  static void finite(String name, float value) {
    if (!Float.isFinite(value)) {
      throw wrong(name, "a finite number", Float.toString(value));
    }
  }

  static void atLeast(String name, float value, float least) {
    finite(name, value);
    if (value < least) {
      throw wrong(name, "at least " + number(least), number(value));
    }
  }

  static void atMost(String name, float value, float most) {
    finite(name, value);
    if (value > most) {
      throw wrong(name, "at most " + number(most), number(value));
    }
  }

  static void above(String name, float value, float bound) {
    finite(name, value);
    if (value <= bound) {
      throw wrong(name, "above " + number(bound), number(value));
    }
  }

  static void within(String name, float value, float least, float most) {
    finite(name, value);
    if (value < least || value > most) {
      throw wrong(name, "from " + number(least) + " to " + number(most), number(value));
    }
  }

  private static ParameterException wrong(String name, String expected, String found) {
    return new ParameterException(
        Sentence.of("%s must be %s, not %s", new Parameter(name), expected, found));
  }

  /** Whole numbers without a fraction. */
  private static String number(float value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Float.toString(value);
  }
}
