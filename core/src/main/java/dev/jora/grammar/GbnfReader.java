package dev.jora.grammar;

/** The text of a grammar, character by character: where one is, blanks, names, numbers, escapes. */
final class GbnfReader {
  private static final int END = -1;

  private final int[] text;
  private int at;
  private int line = 1;
  private int column = 1;

  GbnfReader(String grammar) {
    this.text = grammar.codePoints().toArray();
  }

  Place place() {
    return new Place(line, column);
  }

  GrammarException fault(String message) {
    return new GrammarException(place(), message);
  }

  /** A fault that also says what stands here. */
  GrammarException expected(String what) {
    return fault("expected " + what + ", found " + found());
  }

  private String found() {
    int c = peek();
    return switch (c) {
      case END -> "the end of the grammar";
      case '\n', '\r' -> "the end of the line";
      default ->
          Character.isISOControl(c)
              ? "character %02X".formatted(c)
              : "'" + Character.toString(c) + "'";
    };
  }

  boolean atEnd() {
    return at == text.length;
  }

  boolean atNewline() {
    return peek() == '\n' || peek() == '\r';
  }

  /** The character here, or −1 at the end. */
  int peek() {
    return peek(0);
  }

  private int peek(int ahead) {
    return at + ahead < text.length ? text[at + ahead] : END;
  }

  int next() {
    int c = text[at++];
    if (c == '\n' || c == '\r' && peek() != '\n') {
      line++;
      column = 1;
    } else {
      column++;
    }
    return c;
  }

  /** True at the '-' of a range; before ']' it is a character like others. */
  boolean atRange() {
    return peek() == '-' && peek(1) != ']';
  }

  /** Takes this text if it stands here. */
  boolean take(String expected) {
    for (int i = 0; i < expected.length(); i++) {
      if (peek(i) != expected.charAt(i)) {
        return false;
      }
    }
    for (int i = 0; i < expected.length(); i++) {
      next();
    }
    return true;
  }

  /** Skips blanks and comments, and ends of lines too if they may stand here. */
  void skip(boolean newlines) {
    while (true) {
      int c = peek();
      if (c == '#') {
        while (!atEnd() && !atNewline()) {
          next();
        }
      } else if (c == ' ' || c == '\t' || newlines && atNewline()) {
        next();
      } else {
        return;
      }
    }
  }

  boolean atName() {
    int c = peek();
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || atDigit();
  }

  boolean atDigit() {
    return peek() >= '0' && peek() <= '9';
  }

  String name() {
    StringBuilder name = new StringBuilder();
    while (atName()) {
      name.appendCodePoint(next());
    }
    if (peek() == '_') {
      throw fault(
          "'_' cannot stand in the name of a rule: letters, digits and '-' can; write '-' for it");
    }
    return name.toString();
  }

  /** A number; one above {@code max} is a fault. */
  int number(String what, int max) {
    Place place = place();
    if (!atDigit()) {
      throw expected(what);
    }
    long value = 0;
    while (atDigit()) {
      value = Math.min(value * 10 + next() - '0', Integer.MAX_VALUE);
    }
    if (value > max) {
      throw new GrammarException(place, "expected " + what + " of at most " + max + ", found more");
    }
    return (int) value;
  }

  /** A character of a literal or a class, which may be written as an escape. */
  int character() {
    Place place = place();
    int c = next();
    if (c != '\\') {
      return c;
    }
    if (atEnd()) {
      throw expected("an escape behind '\\'");
    }
    int escape = next();
    return switch (escape) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '\\', '"', '[', ']', '-' -> escape;
      case 'x' -> hex(2, place);
      case 'u' -> hex(4, place);
      case 'U' -> hex(8, place);
      default ->
          throw new GrammarException(
              place,
              "unknown escape '\\"
                  + Character.toString(escape)
                  + "': there are \\n \\r \\t \\\\ \\\" \\[ \\] \\- \\xHH \\uHHHH \\UHHHHHHHH");
    };
  }

  private int hex(int digits, Place place) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = peek() < 128 ? Character.digit(peek(), 16) : -1;
      if (digit < 0) {
        throw expected(digits + " hexadecimal digits");
      }
      value = value * 16 + digit;
      next();
    }
    if (value > Character.MAX_CODE_POINT) {
      throw new GrammarException(
          place, "there is no character above \\U0010FFFF, found \\U%08X".formatted(value));
    }
    return (int) value;
  }
}
