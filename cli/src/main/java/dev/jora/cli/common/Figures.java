package dev.jora.cli.common;

import java.util.Locale;
import java.util.regex.Pattern;

/** Figures as results print them. */
public final class Figures {
  private static final Pattern ZERO = Pattern.compile("-[0.]+(?![0-9.])");

  private Figures() {}

  /** A figure; one that rounding makes 0 has no sign, whose place is blank where there is room. */
  public static String rounded(String format, double value) {
    String text = String.format(Locale.ROOT, format, value);
    if (!ZERO.matcher(text).find()) {
      return text;
    }
    return String.format(Locale.ROOT, format, 0.0);
  }

  /** A figure and its bound; the figure alone where it has none, as one of a single sample. */
  public static String bounded(String format, String boundFormat, double value, double bound) {
    String figure = rounded(format, value);
    return Double.isFinite(bound)
        ? figure + String.format(Locale.ROOT, boundFormat, bound)
        : figure;
  }
}
