package dev.jora.chat.tools;

/** Finds where a JSON value ends in a text that comes in pieces; whether it is one, others say. */
final class JsonScan {
  /** The value goes on. */
  static final int OPEN = -1;

  private int depth;
  private boolean begun;
  private boolean quoted;
  private boolean escaped;
  private boolean scalar;

  /**
   * Takes more of the value.
   *
   * @return the place behind its end, or {@link #OPEN} if all of the text belongs to it
   */
  int scan(CharSequence text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (scalar && (",]}".indexOf(c) >= 0 || Character.isWhitespace(c))) {
        return i;
      }
      if (ends(c)) {
        return i + 1;
      }
    }
    return OPEN;
  }

  private boolean ends(char c) {
    if (quoted) {
      quoted = escaped || c != '"';
      escaped = !escaped && c == '\\';
      return !quoted && depth == 0;
    }
    switch (c) {
      case '"' -> quoted = true;
      case '{', '[' -> depth++;
      case '}', ']' -> depth--;
      default -> scalar |= !begun;
    }
    begun = true;
    return !quoted && !scalar && depth <= 0;
  }
}
