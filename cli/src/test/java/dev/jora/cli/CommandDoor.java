package dev.jora.cli;

import picocli.CommandLine;

/** Lets tests of other packages run command lines in their own JVM, as {@link Main} does. */
public final class CommandDoor {
  /** What stands in a message about an exception that nobody foresaw. */
  public static final String BUG = ErrorHandler.BUG;

  private CommandDoor() {}

  /** Runs a command line to its end and gives its exit code. */
  public static int run(String... args) {
    return Main.run(args);
  }

  /** Reads a command line as {@link Main} does, and runs nothing. */
  public static int parse(String... args) {
    PlainRun.parse(args, java.util.Set.of());
    CommandLine commands = Main.commands();
    return commands.setExecutionStrategy(parsed -> ExitCode.OK).execute(args);
  }
}
