package dev.jora.grammar.schema;

/**
 * Decimals that are multiples of {@code divisor / 10^scale}, by what the digits so far leave over.
 *
 * @param scale below 0 for a divisor with zeros at its end
 */
record NumberMultiples(int divisor, int scale) implements Explorer<NumberMultiples.Seen> {
  static final Seen START = new Seen(false, -1, 0, 0, true);

  /**
   * What has been read.
   *
   * @param behind digits behind the point, as far as the divisor has some; −1 before it
   * @param zeros at the end of the digits, as far as the divisor has some
   * @param left what the digits, without those zeros, leave over
   * @param zero true if all digits were 0
   */
  record Seen(boolean begun, int behind, int zeros, int left, boolean zero) {}

  @Override
  public Seen step(Seen seen, char c) {
    if (c == '-') {
      return seen.begun() ? null : new Seen(true, -1, 0, 0, true);
    }
    if (c == '.') {
      return seen.behind() >= 0 ? null : new Seen(true, 0, seen.zeros(), seen.left(), seen.zero());
    }
    int digit = c - '0';
    if (seen.behind() >= Math.max(scale, 0)) {
      return digit == 0 ? seen : null; // more digits than a multiple has
    }
    boolean zero = seen.zero() && digit == 0;
    int behind = seen.behind() < 0 ? -1 : seen.behind() + 1;
    if (digit == 0 && !zero && seen.zeros() < -scale) {
      return new Seen(true, behind, seen.zeros() + 1, seen.left(), false);
    }
    long left = shifted(seen.left(), (digit == 0 ? 0 : seen.zeros()) + 1) + digit;
    return new Seen(true, behind, digit == 0 ? seen.zeros() : 0, (int) (left % divisor), zero);
  }

  @Override
  public boolean accepts(Seen seen) {
    int missing = Math.max(scale, 0) - Math.max(seen.behind(), 0);
    return seen.zero() || seen.zeros() >= -scale && shifted(seen.left(), missing) % divisor == 0;
  }

  /** What is left over of a number with so many zeros behind it. */
  private long shifted(long left, int zeros) {
    long shifted = left;
    for (int i = 0; i < zeros; i++) {
      shifted = shifted * 10 % divisor;
    }
    return shifted;
  }
}
