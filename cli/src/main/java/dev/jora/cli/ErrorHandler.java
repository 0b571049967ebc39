package dev.jora.cli;

import dev.jora.gguf.GgufException;
import dev.jora.model.ContextOverflowException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns exceptions into one sentence on stderr and an exit code; a stack trace only with -v. */
final class ErrorHandler implements IExecutionExceptionHandler, IParameterExceptionHandler {
  @Override
  public int handleExecutionException(
      Exception exception, CommandLine command, ParseResult parsed) {
    if (exception instanceof Output.ClosedException) {
      return ExitCode.OK;
    }
    PrintWriter err = command.getErr();
    boolean expected =
        exception instanceof UserException
            || exception instanceof GgufException
            || exception instanceof ContextOverflowException;
    String message = exception.getMessage();
    if (!expected) {
      message = "unexpected " + exception.getClass().getSimpleName() + ": " + message + " (a bug?)";
    }
    err.println("jora: " + message);
    if (verbose(parsed)) {
      exception.printStackTrace(err);
    } else if (!expected) {
      err.println("jora: -v shows where");
    }
    err.flush();
    return ExitCode.FAILURE;
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
    err.println("jora: " + exception.getMessage());
    UnmatchedArgumentException.printSuggestions(exception, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return ExitCode.USAGE;
  }
}
