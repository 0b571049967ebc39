package dev.jora.cli;

/**
 * Words of several lines: between {@code """} and {@code """}, or with a backslash at the end of
 * every line but the last.
 */
final class MultiLine {
  private static final String QUOTES = "\"\"\"";

  private MultiLine() {}

  /** True if more lines are to come. */
  static boolean isOpen(String text) {
    String begun = text.stripLeading();
    if (begun.startsWith(QUOTES)) {
      return begun.indexOf(QUOTES, QUOTES.length()) < 0;
    }
    return text.endsWith("\\");
  }

  /** The words without their marks. */
  static String text(String text) {
    String begun = text.strip();
    if (!begun.startsWith(QUOTES)) {
      return text.replace("\\\n", "\n");
    }
    int end = begun.lastIndexOf(QUOTES);
    String inner = begun.substring(QUOTES.length(), end >= QUOTES.length() ? end : begun.length());
    String rest = end >= QUOTES.length() ? begun.substring(end + QUOTES.length()) : "";
    return (inner + rest).replaceFirst("^\\r?\\n", "").replaceFirst("\\r?\\n$", "");
  }
}
