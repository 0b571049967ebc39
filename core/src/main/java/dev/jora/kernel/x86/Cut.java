package dev.jora.kernel.x86;

/**
 * How the tokens of a batch are cut: {@code large} groups of {@code size} tokens, then {@code
 * small} of one token less.
 */
record Cut(int size, int large, int small) {
  /** The most tokens in a group: 12 sums, 12 totals and what is loaded fill 32 registers. */
  static final int MOST = 12;

  static Cut of(int n) {
    if (n == 0) {
      return new Cut(0, 0, 0);
    }
    int groups = (n + MOST - 1) / MOST;
    int size = (n + groups - 1) / groups;
    int small = groups * size - n;
    return new Cut(size, groups - small, small);
  }

  int groups() {
    return large + small;
  }

  /** Tokens of group i. */
  int tokens(int i) {
    return i < large ? size : size - 1;
  }

  /** Tokens before group i. */
  int before(int i) {
    return i * size - Math.max(0, i - large);
  }

  /** Bytes of a group of so many tokens. */
  interface GroupBytes {
    long of(int tokens);
  }

  /** Bytes before group i. */
  long bytesBefore(int i, GroupBytes bytes) {
    int others = Math.max(0, i - large);
    return (i - others) * bytes.of(size) + (others == 0 ? 0 : others * bytes.of(size - 1));
  }
}
