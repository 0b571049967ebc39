package dev.jora.grammar.schema;

import java.util.HashMap;
import java.util.Map;

/** What stands behind a backslash in a pattern. */
final class RegexEscapes {
  static final CharSet LINE_ENDS = CharSet.of("\n\r\u2028\u2029");
  static final CharSet DIGITS = CharSet.range('0', '9');
  static final CharSet WORD =
      DIGITS.or(CharSet.range('a', 'z')).or(CharSet.range('A', 'Z')).or(CharSet.of("_"));
  static final CharSet SPACE =
      LINE_ENDS
          .or(CharSet.of("\t\u000b\f \u00a0\u1680\u202f\u205f\u3000\ufeff"))
          .or(CharSet.range(0x2000, 0x200a));

  private final RegexParser in;
  private final Map<String, CharSet> properties = new HashMap<>();

  RegexEscapes(RegexParser in) {
    this.in = in;
  }

  /** The characters that the escape behind a backslash stands for; one, or a class. */
  CharSet set(boolean inClass) {
    int from = in.at() - 1;
    if (in.peek() < 0) {
      throw in.fault(from, "expected an escape behind '\\', found the end; write \\\\ for one");
    }
    int c = in.next();
    return switch (c) {
      case 'd' -> DIGITS;
      case 'D' -> DIGITS.not();
      case 'w' -> WORD;
      case 'W' -> WORD.not();
      case 's' -> SPACE;
      case 'S' -> SPACE.not();
      case 'p' -> property(from);
      case 'P' -> property(from).not();
      default -> {
        int one = character(c, from, inClass);
        yield CharSet.range(one, one);
      }
    };
  }

  private int character(int c, int from, boolean inClass) {
    return switch (c) {
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'v' -> '\u000b';
      case 'f' -> '\f';
      case 'r' -> '\r';
      case 'c' -> {
        int letter = in.peek();
        if (!(letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z')) {
          throw in.fault(from, "expected a letter behind '\\c'");
        }
        yield in.next() % 32;
      }
      case 'x' -> hex(2, from);
      case 'u' -> unicode(from);
      case '0' -> {
        if (in.peek() >= '0' && in.peek() <= '9') {
          throw in.fault(from, "octal escapes are none of JSON schema's; write \\xHH");
        }
        yield 0;
      }
      default -> {
        if (c == 'b' && inClass) {
          yield '\b';
        }
        if (c >= '1' && c <= '9' || c == 'k') {
          throw in.fault(
              from,
              "a back reference, \\"
                  + (char) c
                  + ", cannot be enforced while a text is written; say the same without it");
        }
        if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
          throw in.fault(from, "unknown escape '\\" + (char) c + "'");
        }
        yield c;
      }
    };
  }

  private int unicode(int from) {
    if (in.take("{")) {
      long value = 0;
      int digits = 0;
      while (digit() >= 0) {
        value = Math.min(value * 16 + digit(), Integer.MAX_VALUE);
        in.next();
        digits++;
      }
      if (digits == 0 || !in.take("}")) {
        throw in.fault("expected hexadecimal digits and '}' behind '\\u{'");
      }
      if (value > Character.MAX_CODE_POINT) {
        throw in.fault(from, "there is no character above \\u{10FFFF}");
      }
      return (int) value;
    }
    int unit = hex(4, from);
    if (Character.isHighSurrogate((char) unit) && in.take("\\u")) {
      int low = hex(4, from);
      if (!Character.isLowSurrogate((char) low)) {
        throw in.fault(from, "half a surrogate pair is no character; write \\u{…}");
      }
      return Character.toCodePoint((char) unit, (char) low);
    }
    return unit;
  }

  private int hex(int digits, int from) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      if (digit() < 0) {
        throw in.fault(from, "expected " + digits + " hexadecimal digits in this escape");
      }
      value = value * 16 + digit();
      in.next();
    }
    return value;
  }

  private int digit() {
    return in.peek() < 0x80 ? Character.digit(in.peek(), 16) : -1;
  }

  private CharSet property(int from) {
    if (!in.take("{")) {
      throw in.fault(from, "expected '{' and the name of a property of Unicode, such as \\p{L}");
    }
    StringBuilder name = new StringBuilder();
    while (in.peek() >= 0 && in.peek() != '}') {
      name.appendCodePoint(in.next());
    }
    if (!in.take("}")) {
      throw in.fault(from, "the property that begins here lacks its closing '}'");
    }
    CharSet set = properties.computeIfAbsent(name.toString(), UnicodeProperty::of);
    if (set == null) {
      throw in.fault(
          from,
          "'"
              + name
              + "' is no property of Unicode that jora knows: there are categories such as Lu,"
              + " Script=Greek, and Alphabetic, Uppercase, Lowercase, White_Space, Emoji");
    }
    return set;
  }
}
