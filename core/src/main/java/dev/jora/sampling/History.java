package dev.jora.sampling;

import java.util.Arrays;

/**
 * The tokens accepted, of which the last {@code limit} count, or all for −1. The others are kept
 * too: some of the last may be taken back.
 */
final class History {
  private final int limit;
  private int[] tokens = new int[64];
  private int accepted;

  History(int limit) {
    this.limit = limit;
  }

  void add(int id) {
    if (accepted == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * accepted);
    }
    tokens[accepted++] = id;
  }

  /** Takes the last token back. */
  int takeBack() {
    return tokens[--accepted];
  }

  int size() {
    return limit < 0 ? accepted : Math.min(limit, accepted);
  }

  /** The {@code i}-th last token; 0 is the last. */
  int back(int i) {
    return tokens[accepted - 1 - i];
  }

  /** The tokens, the last one first. */
  int[] backwards() {
    int[] all = new int[size()];
    Arrays.setAll(all, this::back);
    return all;
  }

  History copy() {
    History copy = new History(limit);
    copy.tokens = tokens.clone();
    copy.accepted = accepted;
    return copy;
  }

  void clear() {
    accepted = 0;
  }
}
