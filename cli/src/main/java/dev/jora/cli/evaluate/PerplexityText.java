package dev.jora.cli.evaluate;

import dev.jora.cli.common.Escapes;
import dev.jora.cli.common.PromptOptions;
import dev.jora.cli.common.UserException;
import dev.jora.quantize.evaluate.Chunks;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The text that a model is measured on, and how it is cut. */
final class PerplexityText {
  /** Fewer tokens have no half to be scored. */
  private static final int LEAST = 4;

  @Option(
      names = {"-f", "--file", "-bf", "--binary-file"},
      paramLabel = "FILE",
      description = "The text, or the tasks; one line end at its end is dropped.")
  Path file;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "Read N chunks at most; -1: all (default: ${DEFAULT-VALUE}).")
  int most = -1;

  @Option(
      names = "--ppl-stride",
      paramLabel = "N",
      description =
          "Windows that overlap: each begins N tokens after the one before and has its last N"
              + " tokens scored; a window is -c and half of N tokens long. 0: chunks side by side"
              + " (default: ${DEFAULT-VALUE}).")
  int stride;

  @Option(
      names = "--ppl-output-type",
      paramLabel = "TYPE",
      description = "0: [chunk]perplexity, in a row; 1: a line per chunk with its first token.")
  int outputType;

  @Option(
      names = {"-e", "--escape"},
      description = "Process \\n, \\t, \\\", \\\\ and \\xHH in the text.")
  boolean escape;

  /** Refuses what cannot be. */
  void check(int contextSize) {
    if (contextSize != 0 && contextSize < LEAST) {
      throw UserException.usage("-c must be 0 (the model's) or " + LEAST + " and more");
    }
    if (most == 0 || most < -1) {
      throw UserException.usage("--chunks takes 1 and more, or -1 for all, not " + most);
    }
    if (stride < 0) {
      throw UserException.usage("--ppl-stride takes 0 or more, not " + stride);
    }
    if (outputType != 0 && outputType != 1) {
      throw UserException.usage("--ppl-output-type is 0 or 1, not " + outputType);
    }
  }

  /** The text's bytes. */
  byte[] bytes() {
    byte[] bytes = PromptOptions.dropLineEnd(PromptOptions.read(required()));
    return escape ? Escapes.unescape(bytes) : bytes;
  }

  /** The file. */
  Path required() {
    if (file == null) {
      throw UserException.usage("nothing to read: give -f FILE");
    }
    return file;
  }

  /** Tokens of a window where a chunk would have {@code chunkSize}. */
  int windowSize(int chunkSize) {
    return chunkSize + stride / 2;
  }

  /** The text's chunks of a context size, or its windows. */
  Chunks chunks(int[] tokens, int size) {
    if (tokens.length < 2L * size) {
      throw new UserException(
          "%s is too short: two chunks of %d tokens need %d tokens, it has %d (-c sets the size)"
              .formatted(file, size, 2L * size, tokens.length));
    }
    if (stride >= size) {
      throw UserException.usage(
          "--ppl-stride must be less than a window's " + size + " tokens, not " + stride);
    }
    return stride > 0
        ? Chunks.strided(tokens, size, stride, most)
        : Chunks.halves(tokens, size, most);
  }
}
