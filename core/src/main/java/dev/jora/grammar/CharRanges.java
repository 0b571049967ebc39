package dev.jora.grammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A set of characters.
 *
 * @param ranges those in the set, in ascending order; they do not touch
 * @param excluded what a negated class names, in no order; else empty
 */
record CharRanges(List<Range> ranges, List<Range> excluded) {
  /** The largest value that four bytes of llama.cpp's UTF-8 can have. */
  static final int LAST = 0x3fffff;

  /** All characters. */
  static final CharRanges ANY = new CharRanges(List.of(new Range(0, LAST)), List.of());

  /** The characters from first to last. */
  record Range(int first, int last) {
    boolean meets(int from, int to) {
      return first <= to && from <= last;
    }
  }

  /** The set that these ranges, in any order, make together. */
  static CharRanges of(List<Range> parts) {
    List<Range> sorted = new ArrayList<>(parts);
    sorted.sort(Comparator.comparingInt(Range::first));
    List<Range> merged = new ArrayList<>();
    for (Range range : sorted) {
      Range before = merged.isEmpty() ? null : merged.getLast();
      if (before != null && range.first() <= before.last() + 1) {
        merged.removeLast();
        merged.add(new Range(before.first(), Math.max(before.last(), range.last())));
      } else {
        merged.add(range);
      }
    }
    return new CharRanges(List.copyOf(merged), List.of());
  }

  /** All other characters. */
  CharRanges negated() {
    List<Range> others = new ArrayList<>();
    int from = 0;
    for (Range range : ranges) {
      if (range.first() > from) {
        others.add(new Range(from, range.first() - 1));
      }
      from = range.last() + 1;
    }
    if (from <= LAST) {
      others.add(new Range(from, LAST));
    }
    return new CharRanges(List.copyOf(others), ranges);
  }

  /** True if some character from {@code first} to {@code last} is in the set. */
  boolean meets(int first, int last) {
    return ranges.stream().anyMatch(range -> range.meets(first, last));
  }

  /** True if a negated class names some character from {@code first} to {@code last}. */
  boolean excludes(int first, int last) {
    return excluded.stream().anyMatch(range -> range.meets(first, last));
  }
}
