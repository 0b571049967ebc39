package dev.jora.grammar;

import java.util.stream.IntStream;

/** Which tokens may come next. Immutable. */
public final class TokenMask {
  private final long[] words;
  private final int size;
  private final int count;

  TokenMask(long[] words, int size) {
    this.words = words;
    this.size = size;
    int bits = 0;
    for (long word : words) {
      bits += Long.bitCount(word);
    }
    this.count = bits;
  }

  /** True if the token may come next; false for ids that the vocabulary lacks. */
  public boolean allows(int id) {
    return id >= 0 && id < size && (words[id >> 6] >>> id & 1) != 0;
  }

  /** How many tokens may come next. */
  public int count() {
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
