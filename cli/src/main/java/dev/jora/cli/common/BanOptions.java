package dev.jora.cli.common;

import dev.jora.engine.BannedPhrases;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What must not come in a text. */
public final class BanOptions {
  private static final String BYTE_ORDER_MARK = "\ufeff";

  @Option(
      names = "--ban-string",
      paramLabel = "TEXT",
      description =
          "Never write this, also not within a word: where it would come, go back to where it"
              + " begins and draw another token there; repeatable.")
  List<String> phrases = new ArrayList<>();

  @Option(
      names = "--ban-file",
      paramLabel = "FILE",
      description =
          "A file of such texts, one a line, spaces at both ends included; blank lines are passed"
              + " over; repeatable.")
  List<String> files = new ArrayList<>();

  @Option(
      names = "--ban-ignore-case",
      description = "Nor in other letters, capital or small (default: as given).")
  boolean ignoresCase;

  void unescape(EscapeOptions escapes) {
    phrases.replaceAll(escapes::text);
  }

  /**
   * Refuses an option that means nothing.
   *
   * @throws UserException as a wrong command line
   */
  public void check() {
    if (ignoresCase && phrases.isEmpty() && files.isEmpty()) {
      throw UserException.usage("--ban-ignore-case needs a phrase: --ban-string or --ban-file");
    }
  }

  /**
   * All of it; reads the files.
   *
   * @throws UserException if a file cannot be read or a phrase is empty
   */
  BannedPhrases phrases() {
    List<String> all = new ArrayList<>(phrases);
    files.forEach(file -> all.addAll(lines(MessageFiles.path(file))));
    try {
      return all.isEmpty() ? BannedPhrases.NONE : new BannedPhrases(all, ignoresCase);
    } catch (IllegalArgumentException e) {
      throw UserException.usage(Flags.message(e), e);
    }
  }

  private static List<String> lines(Path file) {
    TextFiles.check(file);
    ByteBuffer bytes = ByteBuffer.wrap(PromptOptions.read(file));
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      String bare = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
      return bare.lines().filter(line -> !line.isBlank()).toList();
    } catch (CharacterCodingException e) {
      throw new UserException(file + " is no UTF-8 text: --ban-file takes a phrase a line", e);
    }
  }
}
