package dev.jora.cli.terminal;

import java.util.Arrays;

/** Characters that stay on one line, as grapheme clusters with their marks, and one begun. */
final class Word {
  /** Longer clusters are cut, so that the work stays linear. */
  private static final int LONGEST_CLUSTER = 64;

  private final Runnable added;
  private final StringBuilder text = new StringBuilder();
  private int[] ends = new int[16];
  private int[] columns = new int[16];
  private int[] marks = new int[16];
  private int size;
  private int total;

  private int begun; // where the open cluster begins
  private int begunMarks;
  private int before; // first character of the cluster before the last
  private int last; // first character of the last cluster

  /**
   * @param added is called when a cluster is complete and has become the last of the word
   */
  Word(Runnable added) {
    this.added = added;
  }

  /** Adds a character; surrogates come in pairs. */
  void add(char c, int newMarks) {
    if (Character.isLowSurrogate(c)) {
      text.append(c);
      splitBefore(text.length() - 2, newMarks);
    } else if (Character.isHighSurrogate(c)) {
      text.append(c);
    } else {
      text.append(c);
      splitBefore(text.length() - 1, newMarks);
    }
  }

  /** Ends the open cluster if the character at {@code at}, the last one, is not part of it. */
  private void splitBefore(int at, int newMarks) {
    if (at > begun) {
      boolean joined =
          Columns.clusterEnd(text, begun, text.length()) == text.length()
              && at - begun < LONGEST_CLUSTER;
      if (joined) {
        return;
      }
      complete(at);
    }
    begunMarks = newMarks;
  }

  /** The open cluster is complete. */
  void endCluster() {
    if (text.length() > begun) {
      complete(text.length());
    }
  }

  private void complete(int end) {
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, 2 * size);
      columns = Arrays.copyOf(columns, 2 * size);
      marks = Arrays.copyOf(marks, 2 * size);
    }
    before = last;
    last = text.codePointAt(begun);
    ends[size] = end;
    columns[size] = Columns.ofCluster(text, begun, end);
    marks[size] = begunMarks;
    total += columns[size];
    size++;
    begun = end;
    added.run();
  }

  /** Number of complete clusters. */
  int size() {
    return size;
  }

  /** Columns of all complete clusters. */
  int columns() {
    return total;
  }

  int columns(int i) {
    return columns[i];
  }

  int marks(int i) {
    return marks[i];
  }

  void appendTo(StringBuilder out, int i) {
    out.append(text, i == 0 ? 0 : ends[i - 1], ends[i]);
  }

  /** True if a line may end before the last cluster. */
  boolean breaksBeforeLast() {
    return size > 1 && Breaks.between(before, last);
  }

  /** Does something with the word without its last cluster, which then is all of it. */
  void withoutLast(Runnable action) {
    int lastColumns = columns[size - 1];
    int lastMarks = marks[size - 1];
    size--;
    total -= lastColumns;
    int from = ends[size - 1];
    int end = ends[size];
    action.run();
    // Clearing has moved the text to the front.
    ends[0] = end - from;
    columns[0] = lastColumns;
    marks[0] = lastMarks;
    size = 1;
    total = lastColumns;
    begun = ends[0];
  }

  /** Removes all complete clusters. */
  void clear() {
    if (size > 0) {
      text.delete(0, ends[size - 1]);
      begun -= ends[size - 1];
      size = 0;
      total = 0;
    }
  }
}
