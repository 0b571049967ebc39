package dev.jora.template;

import java.math.BigInteger;
import java.util.Locale;

/** A place of {@code %} formatting: {@code %[flags][width][.precision]type}. */
final class PercentSpec {
  private boolean left;
  private boolean zero;
  private boolean alternate;
  private char sign = '-';
  private int width;
  private int precision = -1;

  int flags(String s, int from) {
    int i = from;
    for (; i < s.length() && "-+ #0".indexOf(s.charAt(i)) >= 0; i++) {
      switch (s.charAt(i)) {
        case '-' -> left = true;
        case '+' -> sign = '+';
        case ' ' -> sign = sign == '+' ? '+' : ' ';
        case '#' -> alternate = true;
        default -> zero = true;
      }
    }
    return i;
  }

  int width(String s, int from) {
    int end = FormatSpec.digits(s, from);
    width = FormatSpec.number(s, from, end, 0);
    return end;
  }

  void width(long value) {
    left |= value < 0;
    width = FormatSpec.checked(Math.abs(value));
  }

  int precision(String s, int from) {
    if (!s.startsWith(".", from)) {
      return from;
    }
    int end = FormatSpec.digits(s, from + 1);
    precision = FormatSpec.number(s, from + 1, end, 0);
    return end;
  }

  void precision(long value) {
    precision = FormatSpec.checked(Math.max(0, value));
  }

  void add(Env env, Value value, char type, Text.Builder out) {
    switch (type) {
      case 's' -> spec('s', false).add(env, Value.of(env.str(value)), out);
      case 'r', 'a' -> {
        Text.Builder repr = env.builder();
        new Printer(env, repr).repr(value);
        spec('s', false).add(env, Value.of(repr.build()), out);
      }
      case 'c' -> {
        Value character =
            value instanceof Value.Str
                ? value
                : Value.own(FormatSpec.character(Numbers.big(value)));
        spec('s', false).add(env, character, out);
      }
      case 'd', 'i', 'u', 'x', 'X', 'o' -> integer(env, value, type, out);
      case 'e', 'E', 'f', 'F', 'g', 'G' -> {
        if (!Numbers.isNumber(value)) {
          throw new Fault("must be real number, not " + value.type());
        }
        spec(type, true).add(env, value, out);
      }
      default -> throw new Fault("unsupported format character '" + type + "'");
    }
  }

  private void integer(Env env, Value value, char type, Text.Builder out) {
    char base = "iu".indexOf(type) >= 0 ? 'd' : type;
    if (!Numbers.isNumber(value) || base != 'd' && value instanceof Value.Real) {
      throw new Fault("%" + type + " format: a real number is required, not " + value.type());
    }
    BigInteger whole =
        value instanceof Value.Real r ? NumberText.truncated(r.value()) : Numbers.big(value);
    int digits = precision;
    precision = -1;
    if (digits > 0) {
      String plain = whole.abs().toString("xX".indexOf(base) >= 0 ? 16 : base == 'o' ? 8 : 10);
      String padded = "0".repeat(Math.max(0, digits - plain.length())) + plain;
      String cased = base == 'X' ? padded.toUpperCase(Locale.ROOT) : padded;
      String head = whole.signum() < 0 ? "-" : sign == '-' ? "" : "" + sign;
      spec('s', false).add(env, Value.own(head + cased), out);
    } else {
      spec(base, true).add(env, new Value.Int(whole), out);
    }
  }

  private FormatSpec spec(char type, boolean isNumber) {
    char align = left ? '<' : zero && isNumber ? '=' : '>';
    String fill = !left && zero && isNumber ? "0" : " ";
    char shown = isNumber ? sign : '-';
    return new FormatSpec(
        fill, align, shown, alternate && isNumber, width, (char) 0, precision, type);
  }
}
