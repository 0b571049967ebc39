package dev.jora.convert.source;

/**
 * A checkpoint that cannot be read: one sentence with file and tensor, expected and found. Names
 * come from files that anybody may have written: what a terminal would obey is spelled out, and the
 * middle of what is very long left out.
 */
public class SourceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final int LONGEST = 600;

  /** A fault. */
  public SourceException(String message) {
    super(harmless(message));
  }

  /** A fault that another one led to. */
  public SourceException(String message, Throwable cause) {
    super(harmless(message), cause);
  }

  private static String harmless(String message) {
    String text = message;
    if (text.length() > LONGEST) {
      text = text.substring(0, LONGEST / 2) + "…" + text.substring(text.length() - LONGEST / 2);
    }
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (Character.getType(c)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    shown.append("\\u%04x".formatted(c));
                default -> shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }
}
