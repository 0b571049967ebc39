package dev.jora.cli.chat;

/**
 * Words of several lines: between {@code """} and {@code """}, or, where lines come from a pipe,
 * with a backslash at the end of every line but the last.
 */
final class MultiLine {
  private static final String QUOTES = "\"\"\"";

  private MultiLine() {}

  /** True if the quotes are not closed yet. */
  static boolean isQuoteOpen(String text) {
    String begun = text.stripLeading();
    return begun.startsWith(QUOTES) && begun.indexOf(QUOTES, QUOTES.length()) < 0;
  }

  /** True if a line says that another follows. */
  static boolean goesOn(String line) {
    return line.endsWith("\\");
  }

  /** True if the words are in quotes, and so no command whatever they say. */
  static boolean isQuoted(String text) {
    return text.stripLeading().startsWith(QUOTES);
  }

  /** The words without the quotes around them; the last may be missing. */
  static String text(String text) {
    if (!isQuoted(text)) {
      return text;
    }
    String begun = text.strip();
    int end = begun.lastIndexOf(QUOTES);
    boolean closed = end >= QUOTES.length();
    String inner = begun.substring(QUOTES.length(), closed ? end : begun.length());
    String rest = closed ? begun.substring(end + QUOTES.length()) : "";
    return (inner + rest).replaceFirst("^\\r?\\n", "").replaceFirst("\\r?\\n$", "");
  }
}
