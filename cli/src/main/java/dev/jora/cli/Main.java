package dev.jora.cli;

import java.util.Arrays;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;

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
      System.err.println("jora: " + Text.plain(e.getMessage()));
      return e.code();
    }
  }

  /** Runs the command line; what {@link #main} does, without the exit. */
  static int run(String... args) {
    String[] words = Arrays.stream(args).map(Main::withHyphens).toArray(String[]::new);
    RunCommand plain = PlainRun.parse(words, System.getenv().keySet());
    try {
      return plain != null ? call(plain) : execute(words);
    } catch (Error e) { // picocli hands on exceptions only
      Output.ERROR.println("jora: " + Text.plain(ErrorHandler.sentence(e)));
      if (Arrays.asList(args).contains("-v")) {
        e.printStackTrace(Output.ERROR);
      }
      return ExitCode.FAILURE;
    }
  }

  private static int execute(String[] words) {
    CommandLine alone = words.length > 0 ? command(words[0]) : null;
    return alone != null
        ? alone.execute(Arrays.copyOfRange(words, 1, words.length))
        : commands().execute(words);
  }

  private static int call(RunCommand run) {
    try {
      return run.call();
    } catch (Exception e) {
      return ErrorHandler.report(e, "jora run", run.common.verbose, Output.ERROR);
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
    return prepared(new CommandLine(new JoraCommand()));
  }

  /**
   * The command of this name without the others, or null if there is none. To look at the options
   * of all commands takes longer than to start the JVM.
   */
  static CommandLine command(String name) {
    for (Class<?> type : JoraCommand.class.getAnnotation(Command.class).subcommands()) {
      boolean needsOthers = type == GenerateCompletion.class;
      if (!needsOthers && type.getAnnotation(Command.class).name().equals(name)) {
        return prepared(new CommandLine(type).setCommandName("jora " + name));
      }
    }
    return null;
  }

  private static CommandLine prepared(CommandLine commands) {
    EnvironmentDefaults environment = new EnvironmentDefaults(System::getenv);
    ErrorHandler errors = new ErrorHandler(environment);
    GroupedHelp.install(commands);
    return commands
        .setErr(Output.ERROR)
        .setUsageHelpAutoWidth(true)
        .setOverwrittenOptionsAllowed(true)
        .setDefaultValueProvider(environment)
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .setExitCodeExceptionMapper(e -> ExitCode.FAILURE);
  }
}
