package dev.jora.grammar.schema;

import java.math.BigDecimal;

/**
 * Numbers as sets of texts. The texts of a number are all its decimals without an exponent: 5, 5.0
 * and 5.00 are one number, and a set that has one of them has all, so that what is left out of a
 * set is left out however it is written. What is then written is for {@link #written} to choose.
 */
final class Numbers {
  /**
   * Digits of a whole number, and behind a point, that are written if that will do: llama.cpp's.
   */
  static final int WRITTEN_DIGITS = 16;

  /** Digits that a bound may have. */
  static final int MAX_DIGITS = 4096;

  /** What a divisor may be at most, without a point and without zeros at its end. */
  static final int MAX_DIVISOR = 10_000;

  private static final Dfa ALL = Regex.parse("^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$");
  private static final Dfa WHOLE = Regex.parse("^-?(0|[1-9][0-9]*)(\\.0+)?$");
  private static final Dfa INTEGERS = Regex.parse("^(0|-?[1-9][0-9]*)$");
  private static final Dfa ANY_FORM =
      Regex.parse("^-?(0|[1-9][0-9]{0,15})(\\.[0-9]{1,16})?([eE][-+]?[0-9]{1,3})?$");

  private Numbers() {}

  /**
   * Numbers of some size, in all their texts without an exponent.
   *
   * @param min null if there is none
   * @param above true if {@code min} itself is out
   * @param max null if there is none
   * @param below true if {@code max} itself is out
   * @param multipleOf what the number is a multiple of, above 0, or null
   * @throws SchemaException if a bound has too many digits, or the divisor is too large
   */
  static Dfa number(
      BigDecimal min, boolean above, BigDecimal max, boolean below, BigDecimal multipleOf) {
    Dfa set = ALL;
    if (min != null) {
      set = set.and(NumberOrder.dfa(checked(min, "bound"), true, !above));
    }
    if (max != null) {
      set = set.and(NumberOrder.dfa(checked(max, "bound"), false, !below));
    }
    if (multipleOf != null) {
      set = set.and(multiples(multipleOf));
    }
    return set;
  }

  /** The whole ones of {@link #number}, without a point, and 0 without a sign. */
  static Dfa integer(
      BigDecimal min, boolean above, BigDecimal max, boolean below, BigDecimal multipleOf) {
    return number(min, above, max, below, multipleOf).and(INTEGERS);
  }

  /**
   * The texts of a set of numbers that jora writes: JSON's with exponents where all numbers are in;
   * without a point if all are whole; of at most {@link #WRITTEN_DIGITS} digits before and behind
   * the point, or if there are none such, of twice as many, and so on.
   */
  static Dfa written(Dfa numbers) {
    if (numbers.equals(ALL)) {
      return ANY_FORM;
    }
    Dfa texts = numbers.minus(WHOLE).isEmpty() ? numbers.and(INTEGERS) : numbers;
    Dfa some = texts;
    for (int digits = WRITTEN_DIGITS; digits <= 4 * MAX_DIGITS; digits *= 2) {
      some = texts.and(Regex.parse("^-?[0-9]{1,%1$d}(\\.[0-9]{1,%1$d})?$".formatted(digits)));
      if (!some.isEmpty()) {
        return some;
      }
    }
    return texts;
  }

  private static BigDecimal checked(BigDecimal value, String what) {
    BigDecimal shortest = value.stripTrailingZeros();
    long scale = shortest.scale();
    if (Math.max(scale, 0) + Math.max(shortest.precision() - scale, 1) > MAX_DIGITS) {
      throw new SchemaException(
          "a %s of more than %d digits cannot be enforced; use a shorter one"
              .formatted(what, MAX_DIGITS));
    }
    return shortest;
  }

  /** Multiples, by what is left over of the digits so far. */
  private static Dfa multiples(BigDecimal multipleOf) {
    BigDecimal divisor = checked(multipleOf, "multipleOf");
    if (divisor.unscaledValue().bitLength() > 31
        || divisor.unscaledValue().intValue() > MAX_DIVISOR) {
      throw new SchemaException(
          ("multiples of %s cannot be enforced: of a divisor, what is left without its point and"
                  + " without zeros at its end may be at most %d")
              .formatted(multipleOf, MAX_DIVISOR));
    }
    return Explorer.dfa(
        "-.0123456789",
        NumberMultiples.START,
        new NumberMultiples(divisor.unscaledValue().intValue(), divisor.scale()));
  }
}
