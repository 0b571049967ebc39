package dev.jora.tokenizer;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntPredicate;

/**
 * A set of code points: a bitmap of Latin-1, and of each further page of 256 once it is asked for.
 * To test all of Unicode for a dozen sets would take longer than to encode a short text.
 */
final class CharSet {
  private static final int PAGE = 0x100;

  /** Code points beyond are tested one by one. */
  private static final int PAGED = 0x10000;

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
  private final long[] latin;
  private final AtomicReferenceArray<long[]> pages = new AtomicReferenceArray<>(PAGED / PAGE);

  private CharSet(IntPredicate test) {
    this.test = test;
    this.latin = bitmap(0);
  }

  private long[] bitmap(int first) {
    long[] bits = new long[PAGE / 64];
    for (int i = 0; i < PAGE; i++) {
      if (test.test(first + i)) {
        bits[i >> 6] |= 1L << i;
      }
    }
    return bits;
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
    if (c < PAGE) {
      return bit(latin, c);
    }
    return c < PAGED ? bit(page(c / PAGE), c % PAGE) : test.test(c);
  }

  private static boolean bit(long[] bits, int i) {
    return (bits[i >> 6] >>> i & 1) != 0;
  }

  private long[] page(int number) {
    long[] page = pages.get(number);
    if (page == null) {
      page = bitmap(number * PAGE);
      pages.set(number, page); // another thread may have made the same
    }
    return page;
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
