package dev.jora.cli.common;

import picocli.CommandLine.Option;

/** Whether texts on the command line spell out what shells could not give otherwise. */
public final class EscapeOptions {
  @Option(
      names = {"-e", "--escape"},
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Process \\n"
              + ", \\t, \\\", \\\\ and \\xHH in -p, -sys, -r, --negative-prompt and"
              + " --dry-sequence-breaker (default: true).")
  private boolean escape = true;

  /** True if they do. */
  boolean on() {
    return escape;
  }

  /** A text as it is meant; null stays null. */
  public String text(String text) {
    return escape && text != null ? Escapes.unescape(text) : text;
  }
}
