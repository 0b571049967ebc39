package dev.jora.cli;

import java.util.Locale;

/** Figures as results print them. */
final class Figures {
  private Figures() {}

  /** A figure and its bound; the figure alone where it has none, as one of a single sample. */
  static String bounded(String format, String boundFormat, double value, double bound) {
    String figure = String.format(Locale.ROOT, format, value);
    return Double.isFinite(bound)
        ? figure + String.format(Locale.ROOT, boundFormat, bound)
        : figure;
  }
}
