package dev.jora.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Sets of characters as sequences of byte ranges. What UTF-8 is, is what llama.cpp takes it for, so
 * that the same tokens may come: values up to 3FFFFF, and some of more bytes than needed.
 */
final class Utf8Ranges {
  /**
   * Bytes of characters of a set.
   *
   * @param ranges each first byte &lt;&lt; 8 | last byte
   * @param cutting for each byte but the last: true if a token may end behind it
   */
  record Units(int[] ranges, boolean[] cutting) {}

  private Utf8Ranges() {}

  /** The sequences whose union is the set. */
  static List<Units> of(CharRanges set) {
    List<Units> sequences = new ArrayList<>();
    for (CharRanges.Range range : set.ranges()) {
      add(range, 0, 0x7f, 1, set, sequences);
      add(range, 0x80, 0x7ff, 2, set, sequences);
      add(range, 0x80, 0xffff, 3, set, sequences);
      add(range, 0x80, CharRanges.LAST, 4, set, sequences);
    }
    return sequences;
  }

  /** Cuts a range of values of one length until each byte has a range of its own. */
  private static void add(
      CharRanges.Range all, int from, int to, int length, CharRanges set, List<Units> sequences) {
    Deque<int[]> todo = new ArrayDeque<>();
    todo.push(new int[] {Math.max(all.first(), from), Math.min(all.last(), to)});
    while (!todo.isEmpty()) {
      int[] range = todo.pop();
      if (range[0] > range[1]) {
        continue;
      }
      int cut = cut(range[0], range[1], length);
      if (cut > 0) {
        todo.push(new int[] {cut, range[1]});
        todo.push(new int[] {range[0], cut - 1});
        continue;
      }
      int[] ranges = new int[length];
      boolean[] cutting = new boolean[length - 1];
      for (int i = 0; i < length; i++) {
        ranges[i] = unit(range[0], i, length) << 8 | unit(range[1], i, length);
        if (i < length - 1) {
          cutting[i] = mayCut(range[0], length - 1 - i, set);
        }
      }
      sequences.add(new Units(ranges, cutting));
    }
  }

  /**
   * True if a token may end inside a character with {@code missing} bytes to come, for what the set
   * says: other stacks may let it. It may not where no character of so many bytes is in the set,
   * and in a negated class not where some end of the character is excluded: llama.cpp looks no
   * further.
   */
  private static boolean mayCut(int value, int missing, CharRanges set) {
    int bits = 6 * missing;
    int low = value >> bits << bits;
    int high = low | (1 << bits) - 1;
    if (low == 0 && missing > 1) {
      low = missing == 2 ? 0x800 : 0x10000;
    }
    return set.meets(low, high) && !set.excludes(low, high);
  }

  /** Where the second part of the range must begin, or 0 if it need not be cut. */
  private static int cut(int first, int last, int length) {
    for (int i = 1; i < length; i++) {
      int low = (1 << 6 * i) - 1;
      if ((first & ~low) != (last & ~low)) {
        if ((first & low) != 0) {
          return (first | low) + 1;
        }
        if ((last & low) != low) {
          return last & ~low;
        }
      }
    }
    return 0;
  }

  /** A byte of a character. */
  private static int unit(int codePoint, int index, int length) {
    int bits = codePoint >> 6 * (length - 1 - index);
    if (index > 0) {
      return 0x80 | bits & 0x3f;
    }
    return length == 1 ? bits : 0xff00 >> length & 0xff | bits;
  }
}
