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

  /** True if some of them wait where no token may end. */
  final boolean inner;

  /** True if a token may end here. */
  final boolean mayStop;

  private final int hash;

  /** By class of bytes; null where not yet known. */
  Stacks[] next;

  Stacks(Frame[] tops, boolean finished, boolean inner, boolean mayStop) {
    this.tops = tops;
    this.finished = finished;
    this.inner = inner;
    this.mayStop = mayStop;
    this.hash = 31 * Arrays.hashCode(tops) + Boolean.hashCode(finished);
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
