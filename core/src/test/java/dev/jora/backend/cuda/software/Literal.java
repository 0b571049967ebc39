package dev.jora.backend.cuda.software;

/** A number in PTX. */
final class Literal {
  private Literal() {}

  /** Whether a text begins as a number does. */
  static boolean is(String text) {
    char c = text.charAt(0);
    return c == '-' || Character.isDigit(c);
  }

  /** Its bits. */
  static long parse(String text) {
    String t = text.endsWith("U") ? text.substring(0, text.length() - 1) : text;
    try {
      if (t.matches("0[fFdD][0-9a-fA-F]+") && (t.length() == 10 || t.length() == 18)) {
        return Long.parseUnsignedLong(t.substring(2), 16);
      }
      boolean minus = t.startsWith("-");
      String digits = minus ? t.substring(1) : t;
      long value =
          digits.startsWith("0x") || digits.startsWith("0X")
              ? Long.parseUnsignedLong(digits.substring(2), 16)
              : Long.parseUnsignedLong(digits);
      return minus ? -value : value;
    } catch (NumberFormatException e) {
      throw new PtxException("no number: " + text);
    }
  }
}
