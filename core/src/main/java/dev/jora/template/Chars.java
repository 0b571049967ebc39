package dev.jora.template;

/** Characters as Python classes them, and the escapes of its string literals. */
final class Chars {
  private Chars() {}

  /** Python's {@code str.isspace}. */
  static boolean isSpace(int c) {
    return c >= 9 && c <= 13
        || c >= 0x1c && c <= 0x20
        || c == 0x85
        || c == 0xa0
        || c == 0x1680
        || c >= 0x2000 && c <= 0x200a
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }

  /** Ends a line for {@code str.splitlines}. */
  static boolean isLineEnd(int c) {
    return c >= 10 && c <= 13 || c >= 0x1c && c <= 0x1e || c == 0x85 || c == 0x2028 || c == 0x2029;
  }

  static boolean isNamePart(int c) {
    return c == '_' || Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
  }

  /** Python's {@code str.isprintable}. */
  static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  /** What the inside of a string literal stands for; an unknown escape stays as it is. */
  static String unescape(String raw) {
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      if (++i == raw.length()) {
        throw new Fault("\\ at end of string");
      }
      c = raw.charAt(i);
      switch (c) {
        case '\n' -> {}
        case '\\', '\'', '"' -> out.append(c);
        case 'a' -> out.append('\u0007');
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'v' -> out.append('\u000b');
        case 'x' -> i = hex(raw, i, 2, out);
        case 'u' -> i = hex(raw, i, 4, out);
        case 'U' -> i = hex(raw, i, 8, out);
        case '0', '1', '2', '3', '4', '5', '6', '7' -> i = octal(raw, i, out);
        default -> out.append('\\').append(c);
      }
    }
    return out.toString();
  }

  /** Reads hexadecimal digits behind place {@code at}; returns the place of the last. */
  private static int hex(String raw, int at, int digits, StringBuilder out) {
    int value = 0;
    for (int i = at + 1; i <= at + digits; i++) {
      int digit = i < raw.length() ? Character.digit(raw.charAt(i), 16) : -1;
      if (digit < 0 || raw.charAt(i) > 'f') {
        throw new Fault("truncated \\" + raw.charAt(at) + " escape");
      }
      value = value << 4 | digit;
    }
    if (!Character.isValidCodePoint(value)) {
      throw new Fault("illegal Unicode character");
    }
    out.appendCodePoint(value);
    return at + digits;
  }

  private static int octal(String raw, int at, StringBuilder out) {
    int value = 0;
    int i = at;
    while (i < raw.length() && i < at + 3 && raw.charAt(i) >= '0' && raw.charAt(i) <= '7') {
      value = value * 8 + raw.charAt(i++) - '0';
    }
    out.append((char) value);
    return i - 1;
  }
}
