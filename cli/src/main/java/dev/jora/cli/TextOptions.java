package dev.jora.cli;

import dev.jora.cli.common.Escapes;
import dev.jora.cli.common.PromptOptions;
import dev.jora.cli.common.UserException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the text to tokenize comes from. */
final class TextOptions {
  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description = "The text.")
  String text;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "A file with the text, taken to the byte.")
  Path file;

  @Option(names = "--stdin", description = "Read the text from stdin, to the byte.")
  boolean stdin;

  @Option(names = "--no-escape", description = "Do not process \\n, \\t … in -p.")
  boolean noEscape;

  /** The text, to the byte. */
  byte[] bytes() {
    int given = (text != null ? 1 : 0) + (file != null ? 1 : 0) + (stdin ? 1 : 0);
    if (given > 1) {
      throw UserException.usage("give the text once: -p, -f or --stdin");
    }
    if (text != null) {
      byte[] raw = text.getBytes(StandardCharsets.UTF_8);
      return noEscape ? raw : Escapes.unescape(raw);
    }
    if (file != null) {
      return PromptOptions.read(file);
    }
    return PromptOptions.stdin();
  }
}
