package dev.jora.cli.bench;

import dev.jora.cli.common.HelpWidth;
import java.util.List;

/**
 * What a table has to know before the first result.
 *
 * @param more what it shows besides the model, the threads and the speed
 * @param tests all that is measured of each model
 * @param width columns of the terminal that shows it, or {@link #NO_TERMINAL}
 */
record BenchTable(List<BenchField> more, List<BenchSettings> tests, int width) {
  /** The width of files and pipes. */
  static final int NO_TERMINAL = Integer.MAX_VALUE;

  /** Columns of a stream: of a terminal, or as many as llama-bench has. */
  static int width(boolean terminal) {
    return terminal ? HelpWidth.columns(true) : NO_TERMINAL;
  }

  /** True if what control characters do, and columns, matter. */
  boolean isTerminal() {
    return width < NO_TERMINAL;
  }
}
