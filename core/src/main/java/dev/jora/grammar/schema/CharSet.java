package dev.jora.grammar.schema;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** A set of Unicode characters. Surrogates are none. */
final class CharSet {
  static final CharSet ANY = range(0, Character.MAX_CODE_POINT);
  static final CharSet NONE = new CharSet(new int[0]);

  /** Where membership changes, in ascending order: the first one begins what is in the set. */
  private final int[] borders;

  private CharSet(int[] borders) {
    this.borders = borders;
  }

  /** A set by where membership changes. */
  static CharSet ofBorders(int[] borders) {
    return new CharSet(borders);
  }

  /** The characters from first to last. */
  static CharSet range(int first, int last) {
    int[] low = span(first, Math.min(last, Character.MIN_SURROGATE - 1));
    int[] high = span(Math.max(first, Character.MAX_SURROGATE + 1), last);
    int[] both = Arrays.copyOf(low, low.length + high.length);
    System.arraycopy(high, 0, both, low.length, high.length);
    return new CharSet(both);
  }

  private static int[] span(int first, int last) {
    return first <= last ? new int[] {first, last + 1} : new int[0];
  }

  /** The characters of a text. */
  static CharSet of(String text) {
    return text.codePoints().mapToObj(c -> range(c, c)).reduce(NONE, CharSet::or);
  }

  /** All characters of which this is true. */
  static CharSet where(IntPredicate test) {
    int[] borders = new int[64];
    int size = 0;
    for (int c = 0; c <= Character.MAX_CODE_POINT + 1; c++) {
      boolean in = Letters.isCharacter(c) && test.test(c);
      if (in != (size % 2 == 1)) {
        if (size == borders.length) {
          borders = Arrays.copyOf(borders, 2 * size);
        }
        borders[size++] = c;
      }
    }
    return new CharSet(Arrays.copyOf(borders, size));
  }

  CharSet or(CharSet other) {
    return merge(other, false);
  }

  CharSet minus(CharSet other) {
    return merge(other, true);
  }

  CharSet and(CharSet other) {
    return minus(ANY.minus(other));
  }

  CharSet not() {
    return ANY.minus(this);
  }

  private CharSet merge(CharSet other, boolean minus) {
    int[] merged = new int[borders.length + other.borders.length];
    int size = 0;
    int i = 0;
    int j = 0;
    while (i < borders.length || j < other.borders.length) {
      int a = i < borders.length ? borders[i] : Integer.MAX_VALUE;
      int b = j < other.borders.length ? other.borders[j] : Integer.MAX_VALUE;
      i += a <= b ? 1 : 0;
      j += b <= a ? 1 : 0;
      boolean mine = i % 2 == 1;
      boolean others = j % 2 == 1;
      if ((minus ? mine && !others : mine || others) != (size % 2 == 1)) {
        merged[size++] = Math.min(a, b);
      }
    }
    return new CharSet(Arrays.copyOf(merged, size));
  }

  boolean contains(int c) {
    int at = Arrays.binarySearch(borders, c);
    return (at >= 0 ? at : -at - 2) % 2 == 0;
  }

  boolean isEmpty() {
    return borders.length == 0;
  }

  /** How many ranges it has. */
  int ranges() {
    return borders.length / 2;
  }

  int first(int range) {
    return borders[2 * range];
  }

  int last(int range) {
    return borders[2 * range + 1] - 1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CharSet set && Arrays.equals(borders, set.borders);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(borders);
  }
}
