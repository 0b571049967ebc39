package dev.jora.cli;

import dev.jora.cli.common.ErrorText;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns exceptions into one sentence on stderr and an exit code; a stack trace only with -v. */
final class ErrorHandler implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final EnvironmentDefaults environment;

  ErrorHandler(EnvironmentDefaults environment) {
    this.environment = environment;
  }

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine command, ParseResult parsed) {
    return report(
        exception, command.getCommandSpec().qualifiedName(), verbose(parsed), command.getErr());
  }

  /** One sentence about what a command threw, and the exit code for it. */
  static int report(Exception exception, String command, boolean verbose, PrintWriter err) {
    if (exception instanceof Output.ClosedException) {
      return ExitCode.OK;
    }
    if (exception instanceof CancellationException) {
      return ExitCode.INTERRUPTED;
    }
    boolean expected = ErrorText.isExpected(exception);
    String message = ErrorText.sentence(exception);
    err.println("jora: " + Text.bounded(Text.plain(message)));
    int code = exception instanceof UserException user ? user.code() : ExitCode.FAILURE;
    if (code == ExitCode.USAGE) {
      printTry(command, err);
    }
    if (verbose) {
      trace(exception, err);
    } else if (!expected) {
      err.println("jora: -v shows where");
    }
    err.flush();
    return code;
  }

  /** Where an exception comes from; its message may have come from a file. */
  static void trace(Throwable exception, PrintWriter err) {
    StringWriter trace = new StringWriter();
    exception.printStackTrace(new PrintWriter(trace));
    err.print(Text.message(trace.toString()));
    err.flush();
  }

  private static boolean verbose(ParseResult parsed) {
    ParseResult command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    return command.hasMatchedOption("-v");
  }

  @Override
  public int handleParseException(ParameterException exception, String[] args) {
    CommandLine command = exception.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(
        "jora: " + Text.bounded(Text.plain(ParseMessage.of(exception, args) + source(exception))));
    String suggestion = ParseMessage.suggestion(exception);
    if (suggestion != null) {
      err.println(Text.plain(suggestion));
    }
    if (exception instanceof MissingCommandException) {
      err.println(HelpText.commandList(command.getCommandSpec()));
    }
    printTry(command.getCommandSpec().qualifiedName(), err);
    err.flush();
    return ExitCode.USAGE;
  }

  /** Where a bad value came from, if not from the command line. */
  private String source(ParameterException exception) {
    ArgSpec arg = exception.getArgSpec();
    Optional<String> variable = arg == null ? Optional.empty() : environment.variable(arg);
    return variable
        .filter(name -> environment.defaultValue(arg).equals(exception.getValue()))
        .map(name -> " (the environment variable " + name + ")")
        .orElse("");
  }

  static void printTry(String command, PrintWriter err) {
    err.println("Try '" + command + " --help'.");
  }
}
