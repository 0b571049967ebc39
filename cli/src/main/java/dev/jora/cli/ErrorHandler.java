package dev.jora.cli;

import dev.jora.backend.NotFiniteException;
import dev.jora.chat.ChatException;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.IoReason;
import dev.jora.model.ContextOverflowException;
import dev.jora.model.DecoderOptions;
import dev.jora.model.SequenceFileException;
import dev.jora.quantize.QuantizeException;
import dev.jora.quantize.evaluate.EvaluateException;
import dev.jora.quantize.recipe.RecipeException;
import dev.jora.sampling.NoTokenException;
import dev.jora.template.TemplateException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
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
  /** Ends the sentence about an exception that nobody foresaw. */
  static final String BUG = " (a bug?)";

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
    boolean expected = isExpected(exception);
    String message = sentence(exception);
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

  private static boolean isExpected(Throwable exception) {
    return exception instanceof UserException
        || exception instanceof GgufException
        || exception instanceof ChatException
        || exception instanceof TemplateException
        || exception instanceof QuantizeException
        || exception instanceof RecipeException
        || exception instanceof EvaluateException
        || exception instanceof SequenceFileException
        || exception instanceof NotFiniteException
        || exception instanceof DecoderOptions.Unfit
        || exception instanceof NoTokenException
        || exception instanceof ContextOverflowException
        || exception instanceof IOException
        || exception instanceof UncheckedIOException;
  }

  /** What went wrong, in one sentence; of what the JVM gave up on, too. */
  static String sentence(Throwable thrown) {
    return switch (thrown) {
      case Error error -> sentence(error);
      case FileSystemException e when e.getFile() != null -> e.getFile() + ": " + IoReason.of(e);
      case IOException e -> "reading or writing failed: " + IoReason.of(e);
      case UncheckedIOException e -> sentence(e.getCause());
      case CancellationException stopped -> "stopped";
      case Throwable expected when isExpected(expected) -> Flags.message(expected);
      default ->
          "unexpected " + thrown.getClass().getSimpleName() + ": " + thrown.getMessage() + BUG;
    };
  }

  private static String sentence(Error error) {
    return switch (error) {
      case OutOfMemoryError e ->
          "out of memory ("
              + e.getMessage()
              + "): JORA_OPTS=-Xmx4g gives the JVM a heap of 4 GB, -t fewer threads";
      // This is what a memory-mapped file that shrinks becomes.
      case InternalError e when String.valueOf(e.getMessage()).contains("unsafe memory access") ->
          "a file cannot be read to its end: it was cut short meanwhile, or its disk fails";
      default -> "unexpected " + error + BUG;
    };
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
