package dev.jora.tokenizer;

import dev.jora.tokenizer.Rules.Rule;
import java.util.Arrays;
import java.util.List;

/** Cuts a piece of text into smaller ones. */
interface Splitter {
  /** Adds the ends of the pieces of s[from, to), the last one included. */
  void split(int[] s, int from, int to, Cuts ends);

  /** A growing list of offsets. */
  final class Cuts {
    private int[] values = new int[256];
    private int size;

    void add(int value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    int size() {
      return size;
    }

    int get(int i) {
      return values[i];
    }
  }

  /** An expression of alternatives: matches become pieces, and so does what lies between them. */
  record Expression(List<Rule> alternatives) implements Splitter {
    @Override
    public void split(int[] s, int from, int to, Cuts ends) {
      int gap = from;
      for (int at = from; at < to; ) {
        int end = match(s, at, to);
        if (end < 0) {
          at++;
          continue;
        }
        if (at > gap) {
          ends.add(at);
        }
        ends.add(end);
        at = end;
        gap = end;
      }
      if (gap < to) {
        ends.add(to);
      }
    }

    private int match(int[] s, int at, int to) {
      for (Rule rule : alternatives) {
        int end = rule.match(s, at, to);
        if (end > at) {
          return end;
        }
      }
      return -1;
    }
  }

  /**
   * Cuts numbers into groups of three digits from the right.
   *
   * @param cutsAfter false: a number of whole groups is also cut from what stands before it; true:
   *     a number is cut from what follows it
   */
  record Thousands(CharSet digits, boolean cutsAfter) implements Splitter {
    @Override
    public void split(int[] s, int from, int to, Cuts ends) {
      int last = from;
      for (int at = from; at < to; ) {
        int end = at;
        while (end < to && digits.has(s[end])) {
          end++;
        }
        int first = (end - at) % 3 + (cutsAfter && (end - at) % 3 == 0 ? 3 : 0);
        for (int cut = at + first; cutsAfter ? cut <= end : cut < end; cut += 3) {
          if (cut > last) {
            ends.add(cut);
            last = cut;
          }
        }
        at = Math.max(end, at + 1);
      }
      if (last < to) {
        ends.add(to);
      }
    }
  }
}
