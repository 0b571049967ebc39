package dev.jora.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command has: help, and how much it says on stderr. */
final class CommonOptions {
  private static final String ERASE = "\r\033[K";

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  @Option(
      names = {"-v", "--verbose"},
      description = "Say on stderr what is loaded and chosen; show where errors come from.")
  boolean verbose;

  @Option(
      names = {"-q", "--quiet"},
      description = "Nothing on stderr but errors and warnings.")
  boolean quiet;

  /** stderr. */
  PrintWriter err() {
    return Output.ERROR;
  }

  /** True if somebody looks at stderr who would see what passes. */
  boolean showsPassing() {
    return Terminal.stderr() && !quiet;
  }

  /** A line in place of the last such line, for a terminal; empty: none any more. */
  void passing(String line) {
    if (showsPassing()) {
      err().print(ERASE + Text.plain(line));
      err().flush();
    }
  }

  /** A line for those who asked with -v. */
  void detail(String format, Object... args) {
    if (verbose) {
      line(format, args);
    }
  }

  /** A line that -q silences. */
  void info(String format, Object... args) {
    if (!quiet) {
      line(format, args);
    }
  }

  /** A line that nothing silences. */
  void warn(String format, Object... args) {
    line("jora: warning: " + format, args);
  }

  private void line(String format, Object... args) {
    Object[] plain = Arrays.stream(args).map(CommonOptions::plain).toArray();
    err().println(String.format(Locale.ROOT, format, plain));
    err().flush();
  }

  /** Texts are a file's or a user's: nothing in them moves the cursor. */
  private static Object plain(Object arg) {
    return arg instanceof Number || arg instanceof Boolean || arg == null
        ? arg
        : Text.plain(arg.toString());
  }
}
