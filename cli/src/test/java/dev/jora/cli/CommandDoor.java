package dev.jora.cli;

import dev.jora.cli.common.ErrorText;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.words.Reading;
import picocli.CommandLine;

/** Lets tests of other packages run command lines in their own JVM, as {@link Main} does. */
public final class CommandDoor {
  /** What stands in a message about an exception that nobody foresaw. */
  public static final String BUG = ErrorText.BUG;

  private CommandDoor() {}

  /** The command line of {@code jora} as a whole. */
  public static CommandLine commands() {
    return Main.commands();
  }

  /** The command line of one command. */
  public static CommandLine command(String name) {
    return Main.command(name);
  }

  /** What is read of a command's words, its name first, before picocli reads them. */
  public static Reading read(CommandLine command, String... words) {
    return Main.find(command, words, 1).read();
  }

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
