package dev.jora.kernel.x86;

import java.util.function.IntPredicate;

/** Products of tokens in the groups of {@link Cut}. */
abstract class CutGroups implements ProductCode {
  /** Bytes of a group of so many tokens. */
  abstract long groupBytes(int tokens);

  /**
   * Writes a group of tokens, which lie ldx bytes apart.
   *
   * @param fine a bit for each token that is multiplied with all precision
   */
  abstract void prepare(long x, long ldx, int tokens, int fine, long out);

  @Override
  public final int groups(int n) {
    return Cut.of(n).groups();
  }

  @Override
  public final long bytes(int n) {
    return before(Cut.of(n), groups(n));
  }

  /** Bytes before group i. */
  final long before(Cut cut, int i) {
    return cut.bytesBefore(i, this::groupBytes);
  }

  @Override
  public final void prepare(long x, long ldx, int n, int i, IntPredicate fine, long out) {
    Cut cut = Cut.of(n);
    int first = cut.before(i);
    int tokens = cut.tokens(i);
    prepare(x + ldx * first, ldx, tokens, FineRuns.mask(fine, first, tokens), out + before(cut, i));
  }
}
