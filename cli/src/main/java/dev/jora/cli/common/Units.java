package dev.jora.cli.common;

import java.util.Locale;

/** Numbers as people read them. */
public final class Units {
  private Units() {}

  /** Bytes in binary units: {@code 885.97 MiB}. */
  public static String bytes(long n) {
    if (n < 1 << 10) {
      return n + " B";
    }
    double value = n / 1024.0;
    int unit = 0;
    while (value >= 1024 && unit < 3) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.2f %siB", value, "KMGT".charAt(unit));
  }

  /** Counts in decimal units: {@code 134.52 M}. */
  public static String count(long n) {
    if (n < 1000) {
      return Long.toString(n);
    }
    double value = n / 1e3;
    int unit = 0;
    while (value >= 1000 && unit < 3) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.2f %s", value, "KMBT".charAt(unit));
  }
}
