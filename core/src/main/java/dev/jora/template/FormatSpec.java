package dev.jora.template;

import dev.jora.gguf.Utf8;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * How a value fills a place: {@code [[fill]align][sign][#][0][width][,][.precision][type]}.
 *
 * @param fill a character
 * @param align {@code < > ^ =}, or 0 for the type's own
 * @param sign {@code + -} or a space
 * @param grouping {@code , _} or 0
 * @param precision −1 where absent
 * @param type 0 where absent
 */
record FormatSpec(
    String fill,
    char align,
    char sign,
    boolean alternate,
    int width,
    char grouping,
    int precision,
    char type) {
  private static final int MOST = 1 << 20;
  private static final int MOST_DIGITS = 1000;

  static FormatSpec of(String spec) {
    int at = 0;
    String fill = " ";
    char align = 0;
    int second = spec.isEmpty() ? 0 : Character.charCount(spec.codePointAt(0));
    if (second < spec.length() && "<>=^".indexOf(spec.charAt(second)) >= 0) {
      fill = spec.substring(0, second);
      align = spec.charAt(second);
      at = second + 1;
    } else if (!spec.isEmpty() && "<>=^".indexOf(spec.charAt(0)) >= 0) {
      align = spec.charAt(at++);
    }
    char sign = '-';
    if (at < spec.length() && "+- ".indexOf(spec.charAt(at)) >= 0) {
      sign = spec.charAt(at++);
    }
    boolean alternate = spec.startsWith("#", at);
    at += alternate ? 1 : 0;
    if (spec.startsWith("0", at) && align == 0) {
      fill = "0";
      align = '=';
      at++;
    }
    int end = digits(spec, at);
    int width = number(spec, at, end, 0);
    at = end;
    char grouping = 0;
    if (at < spec.length() && ",_".indexOf(spec.charAt(at)) >= 0) {
      grouping = spec.charAt(at++);
    }
    int precision = -1;
    if (spec.startsWith(".", at)) {
      end = digits(spec, at + 1);
      if (end == at + 1) {
        throw new Fault("Format specifier missing precision");
      }
      precision = number(spec, at + 1, end, 0);
      at = end;
    }
    char type = at < spec.length() ? spec.charAt(at++) : 0;
    if (at < spec.length()) {
      throw new Fault("Invalid format specifier '" + spec + "'");
    }
    return new FormatSpec(fill, align, sign, alternate, width, grouping, precision, type);
  }

  static int digits(String s, int from) {
    int i = from;
    while (i < s.length() && s.charAt(i) >= '0' && s.charAt(i) <= '9') {
      i++;
    }
    return i;
  }

  static int number(String s, int from, int to, int absent) {
    if (from == to) {
      return absent;
    }
    int value = to - from > 7 ? Integer.MAX_VALUE : Integer.parseInt(s.substring(from, to));
    return checked(value);
  }

  static int checked(long value) {
    if (value > MOST) {
      throw new Fault("Too many decimal digits in format string");
    }
    return (int) value;
  }

  private boolean isPlain() {
    return align == 0 && sign == '-' && !alternate && width == 0 && precision < 0 && type == 0;
  }

  /** Adds a value as {@code format(value, spec)} gives it. */
  void add(Env env, Value value, Text.Builder out) {
    if (isPlain() && grouping == 0) {
      out.add(env.str(value));
    } else if (value instanceof Value.Str s) {
      if (type != 0 && type != 's' || align == '=' && !fill.equals("0")) {
        throw unknown(value);
      }
      pad(env, cut(env, s.text()), '<', out);
    } else if (value instanceof Value.Real || Numbers.isInt(value) && isFloatType()) {
      number(env, floating(Numbers.real(value)), out);
    } else if (Numbers.isInt(value)) {
      number(env, integer(Numbers.big(value), value), out);
    } else {
      throw new Fault("unsupported format string passed to " + value.type() + ".__format__");
    }
  }

  private Text cut(Env env, Text text) {
    boolean cuts = precision >= 0 && precision < Strings.length(env, text);
    return cuts ? text.slice(0, Strings.offset(text, precision)) : text;
  }

  private boolean isFloatType() {
    return type != 0 && "eEfFgG%".indexOf(type) >= 0;
  }

  private void pad(Env env, Text text, char standard, Text.Builder out) {
    char side = align == 0 || align == '=' ? standard : align;
    int missing = width - Strings.length(env, text);
    int left = missing <= 0 || side == '<' ? 0 : side == '>' ? missing : missing / 2;
    out.add(fill.repeat(left)).add(text).add(fill.repeat(Math.max(0, missing - left)));
  }

  /** Adds a number: its sign, the fill where it stands between, the rest. */
  private void number(Env env, String number, Text.Builder out) {
    boolean negative = number.startsWith("-");
    String head = negative ? "-" : sign == '-' ? "" : "" + sign;
    String rest = negative ? number.substring(1) : number;
    if (align != '=') {
      pad(env, Text.trusted(head + rest), '>', out);
      return;
    }
    int prefix = alternate && rest.startsWith("0") && "xXob".indexOf(type) >= 0 ? 2 : 0;
    int missing = width - head.length() - rest.length();
    out.add(head).add(rest.substring(0, prefix)).add(fill.repeat(Math.max(0, missing)));
    out.add(rest.substring(prefix));
  }

  private String integer(BigInteger value, Value original) {
    if (precision >= 0) {
      throw new Fault("Precision not allowed in integer format specifier");
    }
    String digits =
        switch (type) {
          case 0, 'd', 'n' -> value.abs().toString();
          case 'x' -> value.abs().toString(16);
          case 'X' -> value.abs().toString(16).toUpperCase(Locale.ROOT);
          case 'o' -> value.abs().toString(8);
          case 'b' -> value.abs().toString(2);
          case 'c' -> character(value);
          default -> throw unknown(original);
        };
    String prefix = alternate && type != 0 && "xXob".indexOf(type) >= 0 ? "0" + type : "";
    int group = type == 0 || type == 'd' ? 3 : 4;
    return (value.signum() < 0 ? "-" : "") + prefix + grouped(digits, group);
  }

  static String character(BigInteger value) {
    if (value.signum() < 0 || value.compareTo(BigInteger.valueOf(0x10ffff)) > 0) {
      throw new Fault("%c arg not in range(0x110000)");
    }
    return Utf8.wellFormed(Character.toString(value.intValue()));
  }

  private Fault unknown(Value value) {
    return new Fault(
        "Unknown format code '" + type + "' for object of type '" + value.type() + "'");
  }

  private String floating(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      String word = NumberText.repr(value) + (type == '%' ? "%" : "");
      return Character.isUpperCase(type) ? word.toUpperCase(Locale.ROOT) : word;
    }
    String sign = value < 0 || 1 / value < 0 ? "-" : "";
    double size = Math.abs(value);
    int digits = Math.min(precision < 0 ? 6 : precision, MOST_DIGITS);
    String text =
        switch (type) {
          case 'f', 'F' -> fixed(new BigDecimal(size), digits);
          case '%' -> fixed(new BigDecimal(size).movePointRight(2), digits) + "%";
          case 'e', 'E' -> scientific(size, digits, false);
          case 'g', 'G', 'n' -> general(size, digits, alternate);
          case 0 -> {
            String shortest = precision < 0 ? NumberText.repr(size) : general(size, digits, false);
            yield shortest.matches("\\d+") ? shortest + ".0" : shortest;
          }
          default -> throw unknown(new Value.Real(value));
        };
    String cased = Character.isUpperCase(type) ? text.toUpperCase(Locale.ROOT) : text;
    return sign + grouped(cased, 3);
  }

  private static String fixed(BigDecimal value, int digits) {
    return value.setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String scientific(double size, int digits, boolean trim) {
    BigDecimal rounded =
        new BigDecimal(size).round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
    StringBuilder all = new StringBuilder(rounded.unscaledValue().toString());
    int exponent = size == 0 ? 0 : all.length() - 1 - rounded.scale();
    while (all.length() < digits + 1) {
      all.append('0');
    }
    all.setLength(digits + 1);
    String fraction = all.substring(1);
    if (trim) {
      fraction = fraction.replaceAll("0+$", "");
    }
    return all.charAt(0)
        + (fraction.isEmpty() ? "" : "." + fraction)
        + NumberText.exponentText(exponent);
  }

  private static String general(double size, int digits, boolean keepZeros) {
    int significant = Math.max(1, digits);
    BigDecimal rounded =
        new BigDecimal(size).round(new MathContext(significant, RoundingMode.HALF_EVEN));
    int exponent = size == 0 ? 0 : rounded.precision() - 1 - rounded.scale();
    if (exponent < -4 || exponent >= significant) {
      return scientific(size, significant - 1, !keepZeros);
    }
    String text = fixed(rounded, significant - 1 - exponent);
    return keepZeros || text.indexOf('.') < 0 ? text : text.replaceAll("\\.?0+$", "");
  }

  /** With separators between the groups of the digits before a point. */
  private String grouped(String digits, int group) {
    if (grouping == 0) {
      return digits;
    }
    int end = digits(digits, 0);
    end = end == 0 ? digits.length() : end;
    StringBuilder out = new StringBuilder(digits);
    for (int i = end - group; i > 0; i -= group) {
      out.insert(i, grouping);
    }
    return out.toString();
  }
}
