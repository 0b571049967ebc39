package dev.jora.grammar.schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The alphabet of an automaton: characters that it does not tell apart are one letter. Letters are
 * numbered by their first characters.
 *
 * @param firsts the first code points of the ranges, ascending from 0
 * @param letters the letter of each range, −1 for surrogates
 * @param count how many letters there are
 */
record Letters(int[] firsts, int[] letters, int count) {
  /** All characters are one letter. */
  static final Letters ONE = of(List.of());

  /** Two alphabets in one, and what each letter is in them. */
  record Merged(Letters letters, int[] left, int[] right) {}

  static boolean isCharacter(int c) {
    return c <= Character.MAX_CODE_POINT
        && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE);
  }

  /** The letters that these sets are made of. */
  static Letters of(List<CharSet> sets) {
    TreeSet<Integer> borders = new TreeSet<>(List.of(0));
    borders.add((int) Character.MIN_SURROGATE);
    borders.add(Character.MAX_SURROGATE + 1);
    for (CharSet set : sets) {
      for (int i = 0; i < set.ranges(); i++) {
        borders.add(set.first(i));
        if (set.last(i) < Character.MAX_CODE_POINT) {
          borders.add(set.last(i) + 1);
        }
      }
    }
    int[] firsts = borders.stream().mapToInt(Integer::intValue).toArray();
    int[] letters = new int[firsts.length];
    int count = 1;
    for (CharSet set : sets) {
      Map<Integer, Integer> inside = new HashMap<>();
      for (int i = 0; i < set.ranges(); i++) {
        for (int at = Arrays.binarySearch(firsts, set.first(i));
            at < firsts.length && firsts[at] <= set.last(i);
            at++) {
          Integer known = inside.get(letters[at]);
          if (known == null) {
            known = count++;
            inside.put(letters[at], known);
          }
          letters[at] = known;
        }
      }
    }
    return of(firsts, letters);
  }

  /** Ranges with numbers of any kind, in order; what has the same number is one letter. */
  private static Letters of(int[] firsts, int[] classes) {
    Map<Integer, Integer> numbers = new HashMap<>();
    int[] begins = new int[firsts.length];
    int[] letters = new int[firsts.length];
    int size = 0;
    for (int i = 0; i < firsts.length; i++) {
      int letter =
          isCharacter(firsts[i]) ? numbers.computeIfAbsent(classes[i], c -> numbers.size()) : -1;
      if (size == 0 || letters[size - 1] != letter) {
        begins[size] = firsts[i];
        letters[size++] = letter;
      }
    }
    return new Letters(Arrays.copyOf(begins, size), Arrays.copyOf(letters, size), numbers.size());
  }

  /** These letters with some of them made one: {@code classes} says which. */
  Letters join(int[] classes) {
    return of(firsts, Arrays.stream(letters).map(l -> l < 0 ? -1 : classes[l]).toArray());
  }

  Merged merge(Letters other) {
    int[] borders = new int[firsts.length + other.firsts.length];
    int[] pairs = new int[borders.length];
    Map<Long, Integer> numbers = new HashMap<>();
    List<int[]> parts = new ArrayList<>();
    int size = 0;
    int i = 0;
    int j = 0;
    while (i < firsts.length || j < other.firsts.length) {
      int a = i < firsts.length ? firsts[i] : Integer.MAX_VALUE;
      int b = j < other.firsts.length ? other.firsts[j] : Integer.MAX_VALUE;
      i += a <= b ? 1 : 0;
      j += b <= a ? 1 : 0;
      borders[size] = Math.min(a, b);
      int left = letters[i - 1];
      int right = other.letters[j - 1];
      pairs[size] = -1;
      if (left >= 0 && right >= 0) {
        pairs[size] =
            numbers.computeIfAbsent(
                (long) left << 32 | right,
                key -> {
                  parts.add(new int[] {left, right});
                  return parts.size() - 1;
                });
      }
      size++;
    }
    Letters merged = of(Arrays.copyOf(borders, size), Arrays.copyOf(pairs, size));
    return new Merged(
        merged,
        parts.stream().mapToInt(p -> p[0]).toArray(),
        parts.stream().mapToInt(p -> p[1]).toArray());
  }

  /** The letter of a character, −1 for a surrogate. */
  int letter(int c) {
    int at = Arrays.binarySearch(firsts, c);
    return letters[at >= 0 ? at : -at - 2];
  }

  /** The characters that are one of some letters. */
  CharSet chars(boolean[] wanted) {
    int[] borders = new int[firsts.length + 1];
    int size = 0;
    for (int i = 0; i < firsts.length; i++) {
      boolean in = letters[i] >= 0 && wanted[letters[i]];
      if (in != (size % 2 == 1)) {
        borders[size++] = firsts[i];
      }
    }
    if (size % 2 == 1) {
      borders[size++] = Character.MAX_CODE_POINT + 1;
    }
    return CharSet.ofBorders(Arrays.copyOf(borders, size));
  }

  /** The letters that a set is made of; it is one of those that made the alphabet. */
  boolean[] in(CharSet set) {
    boolean[] inside = new boolean[count];
    for (int i = 0; i < firsts.length; i++) {
      if (letters[i] >= 0) {
        inside[letters[i]] |= set.contains(firsts[i]);
      }
    }
    return inside;
  }
}
