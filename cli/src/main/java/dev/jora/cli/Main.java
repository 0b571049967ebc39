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
    int code = args.length == 1 && args[0].equals("--version") ? version() : run(args);
    if (code != ExitCode.OK) {
      System.exit(code);
    }
  }

  /** Without loading picocli or anything else. */
  private static int version() {
    try {
      Output.standard().println(Version.line()).flush();
      return ExitCode.OK;
    } catch (Output.ClosedException e) {
      return ExitCode.OK;
    } catch (UserException e) {
      System.err.println("jora: " + e.getMessage());
      return e.code();
    }
  }

  /** Runs the command line; what {@link #main} does, without the exit. */
  static int run(String... args) {
    CommandLine commands = commands();
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    commands.setErr(err);
    try {
      return commands.execute(Arrays.stream(args).map(Main::withHyphens).toArray(String[]::new));
    } catch (Error e) { // picocli hands on exceptions only
      err.println("jora: " + ErrorHandler.sentence(e));
      if (Arrays.asList(args).contains("-v")) {
        e.printStackTrace(err);
      }
      return ExitCode.FAILURE;
    }
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
    EnvironmentDefaults environment = new EnvironmentDefaults(System::getenv);
    ErrorHandler errors = new ErrorHandler(environment);
    CommandLine commands = new CommandLine(new JoraCommand());
    GroupedHelp.install(commands);
    return commands
        .setUsageHelpAutoWidth(true)
        .setOverwrittenOptionsAllowed(true)
        .setDefaultValueProvider(environment)
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .setExitCodeExceptionMapper(e -> ExitCode.FAILURE);
  }
}
