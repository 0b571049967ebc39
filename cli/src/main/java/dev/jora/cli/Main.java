package dev.jora.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import picocli.CommandLine;

/** Entry point of the {@code jora} command. */
public final class Main {
  private Main() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    if (args.length == 1 && args[0].equals("--version")) {
      Output.standard().println(Version.line()).flush(); // without loading anything else
      return;
    }
    int code = run(args);
    if (code != ExitCode.OK) {
      System.exit(code);
    }
  }

  /** Runs the command line; what {@link #main} does, without the exit. */
  static int run(String... args) {
    CommandLine commands = commands();
    commands.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    return commands.execute(Arrays.stream(args).map(Main::withHyphens).toArray(String[]::new));
  }

  /** llama.cpp takes {@code --ctx_size} for {@code --ctx-size}. */
  private static String withHyphens(String arg) {
    if (!arg.startsWith("--")) {
      return arg;
    }
    int end = arg.indexOf('=') < 0 ? arg.length() : arg.indexOf('=');
    return arg.substring(0, end).replace('_', '-') + arg.substring(end);
  }

  /** All commands with their error handling. */
  static CommandLine commands() {
    ErrorHandler errors = new ErrorHandler();
    CommandLine commands = new CommandLine(new JoraCommand());
    GroupedHelp.install(commands);
    return commands
        .setUsageHelpAutoWidth(true)
        .setOverwrittenOptionsAllowed(true)
        .setDefaultValueProvider(new EnvironmentDefaults(System::getenv))
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .setExitCodeExceptionMapper(e -> ExitCode.FAILURE);
  }
}
