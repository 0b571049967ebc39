package dev.jora.cli.common;

import java.util.Locale;

/**
 * One line of a terminal that says how far long work is, in 59 columns, so that it never wraps;
 * nothing where stderr is no terminal.
 */
public final class ProgressLine {
  private static final int BAR = 10;
  private static final int WHAT = 20;
  private static final int RATE = 10;
  private static final double UNKNOWN = -1;
  private static final double LONG = 10 * 3600;
  private static final long PERIOD_NANOS = 100_000_000;

  private final CommonOptions common;
  private final long start = System.nanoTime();
  private long last = start - PERIOD_NANOS;

  /** A line of work that begins now. */
  public ProgressLine(CommonOptions common) {
    this.common = common;
  }

  /** True if the line is seen by somebody. */
  public boolean isShown() {
    return common.showsPassing();
  }

  /**
   * Shows the state, not more often than the eye can see.
   *
   * @param share of the work that is done, 0 to 1
   * @param what is being done
   * @param rate how fast
   */
  public void show(double share, String what, String rate) {
    show(share, what, rate, share <= 0 ? UNKNOWN : seconds() / share * (1 - share));
  }

  /**
   * Likewise where the share has not all been done since the line began.
   *
   * @param left seconds to the end, below 0 where nobody knows
   */
  public void show(double share, String what, String rate, double left) {
    long now = System.nanoTime();
    if (!isShown() || now - last < PERIOD_NANOS) {
      return;
    }
    last = now;
    common.passing(line(share, what, rate, left));
  }

  /** Likewise where nobody knows how much there is to do. */
  public void show(String what, String rate) {
    long now = System.nanoTime();
    if (isShown() && now - last >= PERIOD_NANOS) {
      last = now;
      String done = Text.padded(shortened(what, WHAT), WHAT);
      common.passing(done + " " + Text.padded(rate, RATE) + " " + duration(seconds()));
    }
  }

  /** Takes the line away, for other text or for good. */
  public void clear() {
    common.passing("");
    last = System.nanoTime() - PERIOD_NANOS;
  }

  /** Seconds since the work began. */
  public double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  static String line(double share, String what, String rate, double left) {
    String eta = left < 0 ? "" : "ETA " + (left < LONG ? duration(left) : hours(left));
    return String.format(
        Locale.ROOT,
        "%3.0f%% %s %s %s %s",
        Math.floor(100 * share),
        Text.padded(Text.bar(share, BAR), BAR),
        Text.padded(shortened(what, WHAT), WHAT),
        Text.padded(rate, RATE),
        eta);
  }

  /** The end of a text, which tells tensors apart, where all of it is too long. */
  private static String shortened(String text, int width) {
    return text.length() <= width ? text : "…" + text.substring(text.length() - width + 1);
  }

  private static String hours(double seconds) {
    return seconds < 100 * LONG ? Math.round(seconds / 3600) + " h" : "never";
  }

  /** {@code 0:07}, {@code 12:34}, {@code 1:02:03}. */
  public static String duration(double seconds) {
    long s = Math.round(seconds);
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }
}
