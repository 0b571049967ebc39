package dev.jora.template;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Numbers as Python reads and writes them. */
final class NumberText {
  /** A number in a template ends before {@code end}. */
  record Literal(int end, boolean isFloat) {}

  private NumberText() {}

  /** The number that begins with a digit at {@code from}; behind a dot there are no floats. */
  static Literal literal(String text, int from, char before) {
    int end = digits(text, from, 10);
    if (before != '.') {
      int fraction = end < text.length() && text.charAt(end) == '.' ? digits(text, end + 1, 10) : 0;
      int mantissa = fraction > end + 1 ? fraction : end;
      int exponent = exponent(text, mantissa);
      if (exponent > 0 || mantissa > end) {
        return new Literal(Math.max(exponent, mantissa), true);
      }
    }
    if (text.charAt(from) == '0' && from + 2 < text.length()) {
      int radix = radix(text.charAt(from + 1));
      int prefixed = text.charAt(from + 2) == '_' ? from + 3 : from + 2;
      int last = radix == 0 ? 0 : digits(text, prefixed, radix);
      if (last > prefixed) {
        return new Literal(last, false);
      }
    }
    int zeros = from;
    while (zeros < end && "0_".indexOf(text.charAt(zeros)) >= 0) {
      zeros++;
    }
    boolean octalLike = text.charAt(from) == '0' && zeros < end; // 012 is 0 and 12
    return new Literal(octalLike ? zeros : end, false);
  }

  private static int radix(char letter) {
    return switch (letter) {
      case 'x', 'X' -> 16;
      case 'o', 'O' -> 8;
      case 'b', 'B' -> 2;
      default -> 0;
    };
  }

  private static int exponent(String text, int from) {
    if (from >= text.length() || "eE".indexOf(text.charAt(from)) < 0) {
      return 0;
    }
    int i = from + 1;
    if (i < text.length() && "+-".indexOf(text.charAt(i)) >= 0) {
      i++;
    }
    int end = digits(text, i, 10);
    return end > i ? end : 0;
  }

  /** The end of digits from a place on, single underscores between them. */
  private static int digits(String text, int from, int radix) {
    int i = from;
    while (i < text.length()) {
      char c = text.charAt(i);
      boolean between = c == '_' && i > from && i + 1 < text.length();
      if (!isDigit(between ? text.charAt(i + 1) : c, radix)) {
        break;
      }
      i++;
    }
    return i;
  }

  private static boolean isDigit(char c, int radix) {
    return c < 128 && Character.digit(c, radix) >= 0;
  }

  /** The value of an integer literal without underscores. */
  static Value integerLiteral(String text) {
    int radix = text.length() > 2 ? radix(text.charAt(1)) : 0;
    return radix == 0
        ? Numbers.of(new BigInteger(shortEnough(text)))
        : Numbers.of(new BigInteger(shortEnough(text.substring(2)), radix));
  }

  static Value floatLiteral(String text) {
    return new Value.Real(Double.parseDouble(text));
  }

  /** Python's limit for conversions. */
  private static String shortEnough(String digits) {
    if (digits.length() > 4300) {
      throw new Fault("Exceeds the limit (4300 digits) for integer string conversion");
    }
    return digits;
  }

  /** Python's {@code int(text, base)}; null where it would fail. */
  static BigInteger parseInt(String raw, int base) {
    String text = raw.strip();
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    int radix = base;
    int prefix = digits.length() > 2 && digits.charAt(0) == '0' ? radix(digits.charAt(1)) : 0;
    if (prefix != 0 && (base == 0 || base == prefix)) {
      radix = prefix;
      digits = digits.substring(digits.charAt(2) == '_' ? 3 : 2);
    } else if (base == 0) {
      radix = 10;
    }
    if (radix < 2 || radix > 36 || digits.isEmpty() || !isUnderscored(digits)) {
      return null;
    }
    try {
      char first = digits.charAt(0);
      if (first == '-' || first == '+') {
        return null;
      }
      BigInteger value = new BigInteger(shortEnough(digits.replace("_", "")), radix);
      return negative ? value.negate() : value;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static boolean isUnderscored(String digits) {
    return !digits.startsWith("_") && !digits.endsWith("_") && !digits.contains("__");
  }

  /** Python's {@code float(text)}; null where it would fail. */
  static Double parseFloat(String raw) {
    String text = raw.strip();
    String plain = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    switch (plain.toLowerCase(java.util.Locale.ROOT)) {
      case "inf", "infinity" -> {
        return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      }
      case "nan" -> {
        return Double.NaN;
      }
      default -> {}
    }
    if (plain.isEmpty() || !isUnderscored(plain) || !hasFloatCharactersOnly(plain)) {
      return null;
    }
    try {
      return Double.valueOf(text.replace("_", ""));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static boolean hasFloatCharactersOnly(String text) {
    return text.chars().allMatch(c -> "0123456789+-.eE_".indexOf(c) >= 0);
  }

  /** Python's {@code int} of a float. */
  static BigInteger truncated(double d) {
    if (Double.isNaN(d)) {
      throw new Fault("cannot convert float NaN to integer");
    }
    if (Double.isInfinite(d)) {
      throw new Fault("cannot convert float infinity to integer");
    }
    return new BigDecimal(d).toBigInteger();
  }

  /** The shortest digits that give the float again, as {@code repr} puts them. */
  static String repr(double d) {
    if (Double.isNaN(d)) {
      return "nan";
    }
    if (Double.isInfinite(d)) {
      return d > 0 ? "inf" : "-inf";
    }
    if (d == 0) {
      return 1 / d < 0 ? "-0.0" : "0.0";
    }
    BigDecimal decimal = new BigDecimal(Double.toString(d)).stripTrailingZeros();
    String digits = decimal.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - decimal.scale();
    String sign = d < 0 ? "-" : "";
    if (exponent < -4 || exponent >= 16) {
      String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
      return sign + digits.charAt(0) + fraction + exponentText(exponent);
    }
    String plain = decimal.abs().toPlainString();
    return sign + (plain.indexOf('.') < 0 ? plain + ".0" : plain);
  }

  /** {@code e+07}. */
  static String exponentText(int exponent) {
    int size = Math.abs(exponent);
    return (exponent < 0 ? "e-" : "e+") + (size < 10 ? "0" : "") + size;
  }
}
