package dev.jora.cli.embed;

import dev.jora.cli.common.Escapes;
import dev.jora.cli.common.Terminal;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.Utf8;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where texts come from, in this order: words, {@code -p}, {@code -f}, stdin. */
final class TextsOptions {
  private static final String LINE_END = "\n";

  @Parameters(
      paramLabel = "TEXT",
      arity = "0..*",
      description = "A text each; -: stdin, which is read where no text is given, too.")
  List<String> words = new ArrayList<>();

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description = "Texts with --embd-separator between them. Can be given several times.")
  List<String> prompts = new ArrayList<>();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "A file with one text a line. Can be given several times.")
  List<Path> files = new ArrayList<>();

  @Option(names = "--stdin", description = "Read texts from stdin, one a line.")
  boolean stdin;

  @Option(names = "--whole", description = "A file, or stdin, is one text with all its lines.")
  boolean whole;

  @Option(
      names = "--embd-separator",
      paramLabel = "TEXT",
      description = "What stands between the texts of -p (default: a line end).")
  String separator = LINE_END;

  @Option(
      names = {"-e", "--escape"},
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Process \\n, \\t, \\\", \\\\ and \\xHH on the command line (default: true).")
  boolean escape = true;

  /** A text of the command line as it is meant. */
  String meant(String text) {
    return escape && text != null ? Escapes.unescape(text) : text;
  }

  /** All texts; those of files are read when they are asked for. */
  TextReader open() {
    List<SourceText> given = new ArrayList<>();
    boolean piped = stdin;
    for (String word : words) {
      if (word.equals("-")) {
        piped = true;
      } else {
        add(given, "text " + (given.size() + 1), meant(word));
      }
    }
    for (String prompt : prompts) {
      for (String text : split(meant(prompt), meant(separator))) {
        add(given, "text " + (given.size() + 1), text);
      }
    }
    boolean none = given.isEmpty() && files.isEmpty();
    if (none && !piped && Terminal.stdin()) {
      throw UserException.usage("no text: give one, or -f FILE, or pipe them in");
    }
    return new TextReader(given, files, piped || none, whole);
  }

  private static void add(List<SourceText> given, String source, String text) {
    byte[] bytes = Utf8.encode(text);
    long before = given.isEmpty() ? 0 : given.getLast().end();
    given.add(new SourceText(source, 0, bytes, before + bytes.length));
  }

  /** As llama-embedding does it, but that a line end at the end has no text behind it. */
  private static List<String> split(String text, String separator) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    int at = separator.isEmpty() ? -1 : text.indexOf(separator);
    while (at >= 0) {
      parts.add(text.substring(from, at));
      from = at + separator.length();
      at = text.indexOf(separator, from);
    }
    if (parts.isEmpty() || from < text.length() || !separator.equals(LINE_END)) {
      parts.add(text.substring(from));
    }
    return parts;
  }
}
