package dev.jora.grammar;

import java.util.stream.IntStream;

/** Which tokens may come next. Immutable. */
public final class TokenMask {
  private final long[] words;
  private final int size;

  /** −1: not yet counted. */
  private int count = -1;

  TokenMask(long[] words, int size) {
    this.words = words;
    this.size = size;
  }

  /** True if the token may come next; false for ids that the vocabulary lacks. */
  public boolean allows(int id) {
    return id >= 0 && id < size && (words[id >> 6] >>> id & 1) != 0;
  }

  /** How many tokens may come next. */
  public int count() {
    if (count < 0) {
      int bits = 0;
      for (long word : words) {
        bits += Long.bitCount(word);
      }
      count = bits; // by several threads the same
    }
    return count;
  }

  /** The tokens that may come next, in ascending order. */
  public IntStream ids() {
    return IntStream.range(0, size).filter(this::allows);
  }

  /** Tokens 64 i to 64 i + 63, the lowest bit the first. */
  public long word(int i) {
    return words[i];
  }
}
