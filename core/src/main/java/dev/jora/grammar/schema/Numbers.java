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

  /** States that are looked at for a set of numbers, in some 50 ms. */
  private static final int MAX_STATES = 100_000;

  /** States of the numbers that are written: rules of a grammar, most with ten ways on. */
  private static final int MAX_WRITTEN_STATES = 24_000;

  /** Digits before the point that are written at least, if so many are not too many. */
  private static final int FEWEST_DIGITS = 4;

  /** A set that loses its longer numbers must have more than these left. */
  private static final int FEW = 500;

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
      set = both(set, multiples(multipleOf));
    }
    return set;
  }

  /**
   * Numbers of both sets.
   *
   * @throws SchemaException if that is too large
   */
  static Dfa both(Dfa a, Dfa b) {
    return checked(a.and(b, MAX_STATES));
  }

  /**
   * Numbers of one of two sets.
   *
   * @throws SchemaException if that is too large
   */
  static Dfa either(Dfa a, Dfa b) {
    return checked(a.or(b, MAX_STATES));
  }

  private static Dfa checked(Dfa set) {
    if (set == null) {
      throw new SchemaException(
          "multiples cannot be enforced together with what else is said of the number: there is too"
              + " much to tell apart; use a divisor or bounds of fewer digits");
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
   * the point, or if there are none such, of twice as many, and so on. Where that takes too many
   * states, as with a large divisor, of fewer digits before the point.
   *
   * @throws SchemaException if there are too many states all the same
   */
  static Dfa written(Dfa numbers) {
    if (numbers.equals(ALL)) {
      return ANY_FORM;
    }
    Dfa texts = numbers.minus(WHOLE).isEmpty() ? numbers.and(INTEGERS) : numbers;
    Dfa some = ofDigits(texts, WRITTEN_DIGITS, WRITTEN_DIGITS);
    for (int digits = 2 * WRITTEN_DIGITS; some != null && some.isEmpty(); digits *= 2) {
      if (digits > 4 * MAX_DIGITS) {
        return texts;
      }
      some = ofDigits(texts, digits, digits);
      if (some == null) {
        return checked(null);
      }
    }
    for (int digits = WRITTEN_DIGITS - 4; some == null && digits >= FEWEST_DIGITS; digits -= 4) {
      some = ofDigits(texts, digits, WRITTEN_DIGITS);
      some = some == null || FiniteValues.hasMore(some, FEW) ? some : checked(null);
    }
    return checked(some);
  }

  /** Those of at most so many digits before and behind the point; null if that is too large. */
  private static Dfa ofDigits(Dfa texts, int before, int behind) {
    Dfa digits = Regex.parse("^-?[0-9]{1,%d}(\\.[0-9]{1,%d})?$".formatted(before, behind));
    Dfa some = texts.and(digits, MAX_STATES);
    return some == null || some.states() > MAX_WRITTEN_STATES ? null : some;
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

  /** A divisor may have thousands of digits. */
  private static String shown(BigDecimal divisor) {
    String text = divisor.toString();
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }

  /** Multiples, by what is left over of the digits so far. */
  private static Dfa multiples(BigDecimal multipleOf) {
    BigDecimal divisor = checked(multipleOf, "multipleOf");
    if (divisor.unscaledValue().bitLength() > 31
        || divisor.unscaledValue().intValue() > MAX_DIVISOR) {
      throw new SchemaException(
          ("multiples of %s cannot be enforced: of a divisor, what is left without its point and"
                  + " without zeros at its end may be at most %d")
              .formatted(shown(multipleOf), MAX_DIVISOR));
    }
    long states = divisor.unscaledValue().longValue() * (Math.abs(divisor.scale()) + 2L);
    if (states > MAX_STATES) {
      throw new SchemaException(
          ("multiples of %s cannot be enforced: there is too much to tell apart; use a divisor of"
                  + " fewer digits, or with fewer zeros")
              .formatted(shown(multipleOf)));
    }
    return Explorer.dfa(
        "-.0123456789",
        NumberMultiples.START,
        new NumberMultiples(divisor.unscaledValue().intValue(), divisor.scale()));
  }
}
