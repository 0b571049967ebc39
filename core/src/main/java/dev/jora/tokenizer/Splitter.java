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

  /** Digits in groups of three from the right; other text stays whole. */
  record Thousands(CharSet digits) implements Splitter {
    @Override
    public void split(int[] s, int from, int to, Cuts ends) {
      for (int at = from; at < to; ) {
        boolean number = digits.has(s[at]);
        int end = at + 1;
        while (end < to && digits.has(s[end]) == number) {
          end++;
        }
        if (number) {
          int first = (end - at) % 3 == 0 ? 3 : (end - at) % 3;
          for (int cut = at + first; cut < end; cut += 3) {
            ends.add(cut);
          }
        }
        ends.add(end);
        at = end;
      }
    }
  }
}
