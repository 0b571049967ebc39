package dev.jora.cli.common;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command has: help, and how much it says on stderr. */
public final class CommonOptions {
  /** llama.cpp's level of messages by default. */
  private static final int INFO = 3;

  private static final String ERASE = "\r\033[K";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = {"-h", "--help", "--usage"},
      usageHelp = true,
      description = "Show help: -h what matters most, --help all.")
  boolean help;

  @Option(
      names = {"-v", "--verbose", "--log-verbose"},
      description = "Say on stderr what is loaded and chosen; show where errors come from.")
  boolean verbose;

  @Option(
      names = {"-q", "--quiet", "--log-disable"},
      description = "Nothing on stderr but errors and warnings.")
  boolean quiet;

  private Map<String, String> idle = Map.of();

  @Option(
      names = {"-lv", "--verbosity", "--log-verbosity"},
      paramLabel = "N",
      hidden = true,
      description = "llama.cpp's levels: up to 2 as -q, from 4 as -v.")
  void verbosity(int level) {
    quiet |= level < INFO;
    verbose |= level > INFO;
  }

  /** These options as a mixin of a command whose own -q is something else. */
  public static CommandSpec withoutQ(CommonOptions options) {
    CommandSpec spec = CommandSpec.forAnnotatedObject(options);
    OptionSpec quiet = spec.findOption("-q");
    spec.remove(quiet);
    return spec.addOption(OptionSpec.builder(quiet).names("--quiet", "--log-disable").build());
  }

  /** The command that these are the options of. */
  public CommandLine line() {
    return command.commandLine();
  }

  /** True if the command line has an option, by one of its names. */
  public boolean has(String option) {
    return line().getParseResult().hasMatchedOption(option);
  }

  /** True if much is to be said. */
  public boolean isVerbose() {
    return verbose;
  }

  /** True if errors and warnings are all that is to be said. */
  public boolean isQuiet() {
    return quiet;
  }

  /** Notes options of llama.cpp on the command line that have no effect, and why. */
  public void idle(Map<String, String> options) {
    idle = options;
  }

  /** Those options. */
  public Map<String, String> idle() {
    return idle;
  }

  /** One line about all options that have no effect; with -v why they have none. */
  public void tellIdle() {
    if (!idle.isEmpty()) {
      String names =
          idle.entrySet().stream()
              .map(e -> verbose ? e.getKey() + " (" + e.getValue() + ")" : e.getKey())
              .collect(Collectors.joining(", "));
      info("jora: no effect here: %s", names);
    }
  }

  /** stderr. */
  public PrintWriter err() {
    return Output.ERROR;
  }

  /** True if somebody looks at stderr who would see what passes. */
  public boolean showsPassing() {
    return Terminal.stderr() && !quiet;
  }

  /** A line in place of the last such line, for a terminal; empty: none any more. */
  public void passing(String line) {
    if (showsPassing()) {
      err().print(ERASE + Text.plain(line));
      err().flush();
    }
  }

  /** A line for those who asked with -v. */
  public void detail(String format, Object... args) {
    if (verbose) {
      line(format, args);
    }
  }

  /** A line that -q silences. */
  public void info(String format, Object... args) {
    if (!quiet) {
      line(format, args);
    }
  }

  /** A line that nothing silences, and that stays short, whatever it quotes. */
  public void warn(String format, Object... args) {
    print(Text.bounded(formatted("jora: warning: " + format, args)));
  }

  private void line(String format, Object... args) {
    print(formatted(format, args));
  }

  private void print(String line) {
    err().println(line);
    err().flush();
  }

  private static String formatted(String format, Object... args) {
    Object[] plain = Arrays.stream(args).map(CommonOptions::plain).toArray();
    return String.format(Locale.ROOT, format, plain);
  }

  /** Texts are a file's or a user's: nothing in them moves the cursor. */
  private static Object plain(Object arg) {
    return arg instanceof Number || arg instanceof Boolean || arg == null
        ? arg
        : Text.plain(arg.toString());
  }
}
