package dev.jora.grammar;

import java.util.Arrays;

/**
 * All stacks that the bytes so far leave possible; each waits for a byte or a token. There is one
 * object for each set.
 */
final class Stacks {
  /** In ascending order of ids. */
  final Frame[] tops;

  /** True if the text may end here. */
  final boolean finished;

  /** True if a token may end here. */
  final boolean mayStop;

  private final int hash;

  /** Groups of characters that lead back here, see {@link ByteGroups}; 0 until worked out. */
  int passing;

  /** How often walks came back here by one byte. */
  int loops;

  /** By class of bytes; null where not yet known. */
  Stacks[] next;

  Stacks(Frame[] tops, boolean finished, boolean mayStop) {
    this.tops = tops;
    this.finished = finished;
    this.mayStop = mayStop;
    int sum = finished ? 1 : 0;
    for (Frame top : tops) {
      sum = 31 * sum + Long.hashCode(top.id);
    }
    this.hash = sum;
  }

  /** True if nothing can follow, and this is no end. */
  boolean isDead() {
    return tops.length == 0 && !finished;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Stacks stacks
        && finished == stacks.finished
        && Arrays.equals(tops, stacks.tops);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
