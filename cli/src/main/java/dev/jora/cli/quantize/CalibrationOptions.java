package dev.jora.cli.quantize;

import dev.jora.cli.common.PromptOptions;
import dev.jora.cli.common.UserException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The text that an importance matrix is measured on, and which part of it. */
final class CalibrationOptions {
  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The text: some hundred chunks of what the model is for.")
  Path file;

  @Option(
      names = {"--chunk", "--from-chunk"},
      paramLabel = "N",
      description = "Skip the first N chunks (default: ${DEFAULT-VALUE}).")
  int skipped;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "Read N chunks at most; -1: all (default: ${DEFAULT-VALUE}).")
  int most = -1;

  @Option(
      names = "--parse-special",
      description = "Take control tokens that the text spells out as such, not as text.")
  boolean parseSpecial;

  /** The text, without the line end that stands last. */
  byte[] bytes() {
    return PromptOptions.dropLineEnd(PromptOptions.read(file));
  }

  /**
   * Which chunks of a text of {@code tokens} tokens to read.
   *
   * @return how many, after those that are skipped
   */
  int chunks(int tokens, int chunkSize) {
    if (skipped < 0 || most < -1) {
      throw UserException.usage("--chunk takes 0 or more, --chunks -1 or more");
    }
    long needed = (skipped + 2L) * chunkSize;
    if (tokens < needed) {
      String first = skipped == 0 ? "" : " after the first " + skipped;
      throw new UserException(
          "%s is too short: two chunks of %d tokens%s need %d tokens, it has %d (-c sets the size)"
              .formatted(file, chunkSize, first, needed, tokens));
    }
    int all = tokens / chunkSize - skipped;
    return most < 0 ? all : Math.min(all, most);
  }
}
