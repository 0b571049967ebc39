package dev.jora.tokenizer;

import java.util.function.IntPredicate;

/** A set of code points, a bitmap where most of them are. */
final class CharSet {
  private static final int BITMAP = 0x10000;

  /** \p{L}. */
  static final CharSet L = of(Character::isLetter);

  /** \p{N}. */
  static final CharSet N =
      types(Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER);

  /** \p{M}. */
  static final CharSet M =
      types(Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK);

  /** \p{P}. */
  static final CharSet P =
      types(
          Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION);

  /** \p{S}; bytes that are no character count as the replacement character, a symbol. */
  static final CharSet S =
      types(
              Character.MATH_SYMBOL,
              Character.CURRENCY_SYMBOL,
              Character.MODIFIER_SYMBOL,
              Character.OTHER_SYMBOL)
          .or(of(c -> c >= CodePoints.INVALID));

  /** \s as Unicode's White_Space. */
  static final CharSet SPACE =
      of(
          c ->
              c >= 9 && c <= 13
                  || c == 0x20
                  || c == 0x85
                  || c == 0xa0
                  || c == 0x1680
                  || c >= 0x2000 && c <= 0x200a
                  || c == 0x2028
                  || c == 0x2029
                  || c == 0x202f
                  || c == 0x205f
                  || c == 0x3000);

  private final IntPredicate test;
  private final long[] bits = new long[BITMAP / 64];

  private CharSet(IntPredicate test) {
    this.test = test;
    for (int c = 0; c < BITMAP; c++) {
      if (test.test(c)) {
        bits[c >> 6] |= 1L << c;
      }
    }
  }

  static CharSet of(IntPredicate test) {
    return new CharSet(test);
  }

  /** The characters of a string. */
  static CharSet chars(String characters) {
    return of(c -> c < CodePoints.INVALID && characters.indexOf(c) >= 0);
  }

  /** Ranges of characters, two by two: {@code "AZaz"}. */
  static CharSet ranges(String pairs) {
    int[] p = pairs.codePoints().toArray();
    return of(
        c -> {
          for (int i = 0; i < p.length; i += 2) {
            if (c >= p[i] && c <= p[i + 1]) {
              return true;
            }
          }
          return false;
        });
  }

  private static CharSet types(int... types) {
    long mask = 0;
    for (int type : types) {
      mask |= 1L << type;
    }
    long wanted = mask;
    return of(c -> c < CodePoints.INVALID && (wanted >>> Character.getType(c) & 1) != 0);
  }

  boolean has(int c) {
    return c < BITMAP ? (bits[c >> 6] >>> c & 1) != 0 : test.test(c);
  }

  CharSet or(CharSet other) {
    return of(c -> has(c) || other.has(c));
  }

  CharSet minus(CharSet other) {
    return of(c -> has(c) && !other.has(c));
  }

  CharSet not() {
    return of(c -> !has(c));
  }
}
