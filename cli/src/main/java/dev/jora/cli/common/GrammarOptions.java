package dev.jora.cli.common;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** What texts are held to: a grammar or a JSON schema. */
public final class GrammarOptions {
  /** Names of options whose texts have a notation of their own, with its own escapes. */
  public static final Set<String> NOTATIONS = Set.of("grammar", "json-schema");

  @Option(
      names = "--grammar",
      paramLabel = "GBNF",
      description = "Write only what this grammar allows: root ::= \"yes\" | \"no\".")
  String text;

  @Option(
      names = "--grammar-file",
      paramLabel = "FILE",
      description = "The same from a file, in llama.cpp's notation.")
  Path file;

  @Option(
      names = "--grammar-trigger",
      paramLabel = "TEXT",
      description =
          "Write freely until this text comes, with which the grammar begins; repeatable.")
  List<String> triggers = new ArrayList<>();

  /** Takes its texts as they are meant; once, before any is used. */
  public void unescape(EscapeOptions escapes) {
    triggers.replaceAll(escapes::text);
  }

  /** True if something is asked for. */
  public boolean isOn() {
    return text != null || file != null;
  }

  /**
   * What texts are held to, or null.
   *
   * @throws UserException where it is no grammar
   */
  public GrammarSource source() {
    if (Stream.of(text, file).filter(Objects::nonNull).count() > 1) {
      throw UserException.usage("give the grammar once: --grammar or --grammar-file");
    }
    if (!triggers.isEmpty() && !isOn()) {
      throw UserException.usage("--grammar-trigger needs a grammar: --grammar or --grammar-file");
    }
    if (triggers.stream().anyMatch(String::isEmpty)) {
      throw UserException.usage("--grammar-trigger takes a text, found an empty one");
    }
    if (!isOn()) {
      return null;
    }
    return file == null
        ? new GrammarSource("--grammar", text, triggers)
        : new GrammarSource(file.toString(), MessageFiles.read(file), triggers);
  }
}
