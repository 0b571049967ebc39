package dev.jora.kernel.x86;

import java.util.function.IntPredicate;

/**
 * The choice of the runs of 32 activations that a token has multiplied by both bytes: those whose
 * step is far above the token's usual one, or all. It depends on the token's own values only, so
 * that a row's product does not depend on the rows that share its pass. Where tokens are multiplied
 * in a group, a run that any of them has chosen is multiplied by both bytes; the lower ones of the
 * others are 0 there.
 *
 * <p>A group begins with an int for each run: whether any token has chosen it.
 *
 * <p>The usual step is the geometric mean, near enough: the bits of a positive float are linear in
 * its logarithm between powers of two, so the mean of bits stands for it. An outlier, however
 * large, moves that little, and integers are summed exactly in any order.
 */
final class FineRuns {
  /** So much above the mean of bits is large, in octaves: docs/kernels.md, runs in both bytes. */
  private static final double LARGE = 1.8;

  private static final int OCTAVE = 1 << 23;

  /** Bits that are dropped before they are summed: up to 4096 runs fit an int. */
  static final int DROPPED = 12;

  private FineRuns() {}

  /** Emits the products of a run with the bytes of either choice, and steps to the next. */
  interface Run {
    void emit(boolean fine);
  }

  /**
   * Emits the walk over all runs, in order: which of them have both bytes does not change the order
   * of a sum. Uses r10 and r11.
   *
   * @param group where the choice is
   * @param flag a register for it
   */
  static void walk(Assembler a, int k, Gpr group, Gpr flag, Run run) {
    a.mov(Gpr.R10, group);
    a.mov(Gpr.R11, k / 32);
    Label end = new Label();
    Label upper = new Label();
    Label next = a.here();
    a.mov32(flag, Mem.at(Gpr.R10, 0));
    a.add(Gpr.R10, 4);
    a.cmp(flag, 0);
    a.jz(upper);
    run.emit(true);
    a.sub(Gpr.R11, 1);
    a.jnz(next);
    a.jz(end);
    a.bind(upper);
    run.emit(false);
    a.sub(Gpr.R11, 1);
    a.jnz(next);
    a.bind(end);
  }

  /** A bit for each of {@code count} tokens from {@code first} on that chooses all runs. */
  static int mask(IntPredicate whole, int first, int count) {
    int mask = 0;
    for (int t = 0; t < count; t++) {
      mask |= whole.test(first + t) ? 1 << t : 0;
    }
    return mask;
  }

  /** Bytes of the choice. */
  static long bytes(int k) {
    return 4L * (k / 32) + 63 & -64;
  }

  /** What the sum of bits is multiplied by for their mean. */
  static float factor(int k) {
    return (float) (1 << DROPPED) / (k / 32);
  }

  /** What the mean of bits has added for the limit above which a step is a large one. */
  static int above() {
    return (int) (LARGE * OCTAVE);
  }

  /** The limit of one token, from its steps' sum of bits. */
  static float limit(int sum, int k) {
    return Float.intBitsToFloat(Math.round(sum * factor(k)) + above());
  }
}
