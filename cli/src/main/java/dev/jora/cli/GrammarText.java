package dev.jora.cli;

import dev.jora.cli.common.PromptOptions;
import dev.jora.cli.common.UserException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A text to follow in a grammar. */
final class GrammarText {
  @Option(names = "--text", paramLabel = "TEXT", description = "A text to follow.")
  String text;

  @Option(
      names = "--text-file",
      paramLabel = "FILE",
      description = "The same from a file, taken to the byte.")
  Path file;

  /** Refuses two texts. */
  void check() {
    if (text != null && file != null) {
      throw UserException.usage("give the text once: --text or --text-file");
    }
  }

  /** It, or null if there is none. */
  byte[] bytes() {
    if (file != null) {
      return PromptOptions.read(file);
    }
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
