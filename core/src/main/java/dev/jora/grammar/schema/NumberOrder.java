package dev.jora.grammar.schema;

import java.math.BigDecimal;

/**
 * Decimals by how they compare with a bound, digit by digit.
 *
 * @param whole digits before the point of the bound, without its sign
 * @param fraction digits behind it, without zeros at the end
 * @param positive which orders will do without a sign, bit 0 for smaller, 1 for equal, 2 for larger
 * @param negative which will do behind a minus, comparing without the signs
 */
record NumberOrder(String whole, String fraction, int positive, int negative)
    implements Explorer<NumberOrder.Seen> {
  private static final int SMALLER = 1;
  private static final int EQUAL = 2;
  private static final int LARGER = 4;
  private static final int ALL = SMALLER | EQUAL | LARGER;

  /**
   * What has been read.
   *
   * @param digits of this part, and no more than are of use
   * @param order of the digits so far, as far as the bound has digits
   */
  record Seen(boolean negative, boolean behindPoint, int digits, int order) {}

  /** Decimals of at least, or at most, a bound, and other texts of these characters. */
  static Dfa dfa(BigDecimal bound, boolean atLeast, boolean withBound) {
    String[] parts = bound.abs().toPlainString().split("\\.");
    int sign = bound.signum();
    int equal = withBound ? EQUAL : 0;
    int positive = atLeast ? LARGER | equal : SMALLER | equal;
    int negative = atLeast ? SMALLER | equal : LARGER | equal;
    NumberOrder order =
        new NumberOrder(
            parts[0],
            parts.length == 1 ? "" : parts[1].replaceAll("0+$", ""),
            sign < 0 ? atLeast ? ALL : 0 : positive,
            sign > 0 ? atLeast ? 0 : ALL : negative);
    return Explorer.dfa("-.0123456789", new Seen(false, false, 0, EQUAL), order);
  }

  @Override
  public Seen step(Seen seen, char c) {
    if (c == '-') {
      boolean first = seen.equals(new Seen(false, false, 0, EQUAL));
      return first ? new Seen(true, false, 0, EQUAL) : null;
    }
    if (c == '.') {
      return seen.behindPoint() || seen.digits() == 0
          ? null
          : new Seen(seen.negative(), true, 0, wholeOrder(seen));
    }
    String digits = seen.behindPoint() ? fraction : whole;
    int digit = seen.digits();
    char expected = digit < digits.length() ? digits.charAt(digit) : '0';
    int order = seen.order();
    if (order == EQUAL && (seen.behindPoint() || digit < digits.length())) {
      order = c < expected ? SMALLER : c > expected ? LARGER : EQUAL;
    }
    boolean decided = seen.behindPoint() && order != EQUAL;
    int read = decided ? 0 : Math.min(digit + 1, digits.length() + (seen.behindPoint() ? 0 : 1));
    return new Seen(seen.negative(), seen.behindPoint(), read, order);
  }

  private int wholeOrder(Seen seen) {
    int more = Integer.compare(seen.digits(), whole.length());
    return more < 0 ? SMALLER : more > 0 ? LARGER : seen.order();
  }

  @Override
  public boolean accepts(Seen seen) {
    int order = seen.behindPoint() ? seen.order() : wholeOrder(seen);
    if (order == EQUAL && (seen.behindPoint() ? seen.digits() : 0) < fraction.length()) {
      order = SMALLER; // the bound has digits to come, of which the last one is not 0
    }
    return ((seen.negative() ? negative : positive) & order) != 0;
  }
}
