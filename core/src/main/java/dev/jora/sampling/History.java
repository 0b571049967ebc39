package dev.jora.sampling;

import java.util.Arrays;

/** The last tokens accepted: at most {@code limit} of them, or all for −1. */
final class History {
  private final int limit;
  private int[] tokens = new int[64];
  private int from;
  private int to;

  History(int limit) {
    this.limit = limit;
  }

  void add(int id) {
    if (to == tokens.length) {
      int[] target = 2 * size() > tokens.length ? new int[2 * tokens.length] : tokens;
      System.arraycopy(tokens, from, target, 0, size());
      to = size();
      from = 0;
      tokens = target;
    }
    tokens[to++] = id;
    if (limit >= 0 && size() > limit) {
      from++;
    }
  }

  int size() {
    return to - from;
  }

  /** The {@code i}-th last token; 0 is the last. */
  int back(int i) {
    return tokens[to - 1 - i];
  }

  /** The tokens, the last one first. */
  int[] backwards() {
    int[] all = new int[size()];
    Arrays.setAll(all, this::back);
    return all;
  }

  History copy() {
    History copy = new History(limit);
    copy.tokens = Arrays.copyOfRange(tokens, from, Math.max(to, from + 1));
    copy.to = size();
    return copy;
  }

  void clear() {
    from = to = 0;
  }
}
