package dev.jora.cli.terminal;

/** What stands before the lines of a block: before the first one, and before the others. */
record Indent(String first, String rest) {
  static final Indent NONE = new Indent("", "");

  /**
   * The end of a text before a line that leaves half of {@code width} columns to the line. All
   * characters of it take one column.
   */
  static String fitted(String before, int width) {
    int most = Math.max(0, Math.min(width / 2, width - 2));
    return before.substring(Math.max(0, before.length() - most));
  }

  /** What stands on an empty line between two lines that have these texts before them. */
  static String common(String one, String other) {
    int n = 0;
    while (n < Math.min(one.length(), other.length()) && one.charAt(n) == other.charAt(n)) {
      n++;
    }
    return one.substring(0, n).stripTrailing();
  }
}
