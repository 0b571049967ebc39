package dev.jora.backend;

import java.util.BitSet;

/**
 * Rows of a pass that a product takes, and with which precision: that is a matter of what a row is
 * for, never of how many there are, so that company does not change a row.
 *
 * @param count rows
 * @param single the first so many are multiplied as a row alone is: tokens that were drawn
 * @param fine of the others, those that keep all the precision that products of batches have: their
 *     logits are wanted. Not to be changed
 */
public record Rows(int count, int single, BitSet fine) {
  private static final BitSet NONE = new BitSet();
  private static final Rows ONE = new Rows(1, 1, NONE);

  /** Checks the numbers. */
  public Rows {
    if (count < 0 || single < 0 || single > count) {
      throw new IllegalArgumentException(single + " single rows of " + count);
    }
  }

  /** n rows, each multiplied as a row alone is. */
  public static Rows single(int n) {
    return n == 1 ? ONE : new Rows(n, n, NONE);
  }

  /** n rows that are only read. */
  public static Rows read(int n) {
    return new Rows(n, 0, NONE);
  }

  /** Rows whose logits are wanted, the first of them single: all others are fine. */
  public static Rows wanted(int count, int single) {
    if (count == single) {
      return single(count);
    }
    BitSet fine = new BitSet(count);
    fine.set(single, count);
    return new Rows(count, single, fine);
  }

  /** Rows {@code index[0..n)} of these, which ascends. */
  public Rows choose(int[] index, int n) {
    if (n == 1 && index[0] < single) {
      return ONE;
    }
    int alone = 0;
    BitSet kept = new BitSet(n);
    for (int i = 0; i < n; i++) {
      alone += index[i] < single ? 1 : 0;
      kept.set(i, fine.get(index[i]));
    }
    return new Rows(n, alone, kept);
  }
}
