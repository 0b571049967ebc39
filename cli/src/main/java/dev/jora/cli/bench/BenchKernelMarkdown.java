package dev.jora.cli.bench;

import dev.jora.cli.terminal.Columns;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The table of kernels, row by row. On a terminal that is too narrow for it the units and what the
 * shares are of stand above it.
 */
final class BenchKernelMarkdown {
  private static final String[] WIDE = {
    "| type   | kernels | decode GB/s | of stream | prompt GMAC/s | of peak |",
    "|--------|---------|------------:|----------:|--------------:|--------:|",
    "| %-6s | %-7s | %11.2f | %9s | %13.1f | %7s |"
  };

  private static final String[] NARROW = {
    "| type    | kernels |  decode | stream |  prompt |  peak |",
    "|---------|---------|--------:|-------:|--------:|------:|",
    "| %-7s | %-7s | %7.2f | %6s | %7.1f | %5s |"
  };

  private static final String[] UNITS = {
    "* decode: GB/s, and its share of the memory stream",
    "* prompt: GMAC/s, and its share of the peak",
    ""
  };

  /** Columns of the wide table with the longest name of a type. */
  private static final int ENOUGH = WIDE[0].length() + 1;

  private final int width;
  private final Consumer<String> out;
  private final String[] form;

  /**
   * A table to {@code out}, which gets lines without their ends.
   *
   * @param width columns of the terminal that shows it, or {@link BenchTable#NO_TERMINAL}
   */
  BenchKernelMarkdown(int width, Consumer<String> out) {
    this.width = width;
    this.out = out;
    this.form = width < ENOUGH ? NARROW : WIDE;
  }

  /** What was measured where. */
  void begin(String cpu, int threads, int row) {
    line("%s, %d thread%s, rows of %d values", cpu, threads, threads == 1 ? "" : "s", row);
    line("");
  }

  /** A limit of the machine: 1e9 units per second. */
  void limit(String name, String kernels, double rate, String unit) {
    line("* %s%s: %.1f %s", name, kernels.isEmpty() ? "" : " (" + kernels + ")", rate, unit);
  }

  /** The head of the rows. */
  void head() {
    line("");
    if (form == NARROW) {
      List.of(UNITS).forEach(this::line);
    }
    line(form[0]);
    line(form[1]);
  }

  /** A row: GB/s and GMAC/s with their shares, 1 for all; NaN where there is no share. */
  void row(String type, String kernels, double decode, double part, double prompt, double share) {
    line(form[2], type, kernels, decode, percent(part), prompt, percent(share));
  }

  /** The rows have ended. */
  void end() {
    line("");
  }

  private static String percent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.0f %%", 100 * share) : "";
  }

  private void line(String format, Object... args) {
    Columns.wrapped(String.format(Locale.ROOT, format, args), width).forEach(out);
  }
}
