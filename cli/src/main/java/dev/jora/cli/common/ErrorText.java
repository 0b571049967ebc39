package dev.jora.cli.common;

import dev.jora.backend.NotFiniteException;
import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.CudaUnavailableException;
import dev.jora.chat.ChatException;
import dev.jora.chat.tools.ToolsException;
import dev.jora.convert.source.SourceException;
import dev.jora.engine.OffloadException;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.IoReason;
import dev.jora.grammar.GrammarException;
import dev.jora.hub.HubException;
import dev.jora.model.ContextOverflowException;
import dev.jora.model.DecoderOptions;
import dev.jora.model.SequenceFileException;
import dev.jora.quantize.QuantizeException;
import dev.jora.quantize.evaluate.EvaluateException;
import dev.jora.quantize.recipe.RecipeException;
import dev.jora.sampling.NoTokenException;
import dev.jora.template.TemplateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.CancellationException;

/** What went wrong, as one sentence for people. */
public final class ErrorText {
  /** Ends the sentence about an exception that nobody foresaw. */
  public static final String BUG = " (a bug?)";

  private ErrorText() {}

  /** True for what may be wrong with files and command lines; its message is the sentence. */
  public static boolean isExpected(Throwable exception) {
    return exception instanceof UserException
        || exception instanceof GgufException
        || exception instanceof ChatException
        || exception instanceof ToolsException
        || exception instanceof TemplateException
        || exception instanceof QuantizeException
        || exception instanceof RecipeException
        || exception instanceof EvaluateException
        || exception instanceof SequenceFileException
        || exception instanceof NotFiniteException
        || exception instanceof CudaException
        || exception instanceof CudaUnavailableException
        || exception instanceof OffloadException
        || exception instanceof DecoderOptions.Unfit
        || exception instanceof GrammarException
        || exception instanceof NoTokenException
        || exception instanceof ContextOverflowException
        || exception instanceof HubException
        || exception instanceof SourceException
        || exception instanceof IOException
        || exception instanceof UncheckedIOException;
  }

  /** What went wrong, in one sentence; of what the JVM gave up on, too. */
  public static String sentence(Throwable thrown) {
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
}
