package dev.jora.kernel.x86;

import java.util.function.IntPredicate;

/**
 * Products of weights of one type and row length with the activations of some tokens, which are
 * brought into a form of their own first, in groups that any thread may do. Code is assembled when
 * it is first needed. All arguments are addresses that the caller has checked, strides in bytes.
 */
public interface ProductCode {
  /** The most tokens at once. */
  default int most() {
    return Integer.MAX_VALUE;
  }

  /** What {@link #prepare} writes. */
  Form form();

  /** Groups that n tokens are cut into, each prepared by itself. */
  int groups(int n);

  /** Bytes of n tokens in the form that {@link #run} takes. */
  long bytes(int n);

  /**
   * Brings the tokens of group i of n tokens into that form; a token lies ldx after another.
   *
   * @param fine tokens that are multiplied with all the precision that the form has
   */
  void prepare(long x, long ldx, int n, int i, IntPredicate fine, long out);

  /** Bytes of scratch for {@link #run} with n tokens. */
  long scratchBytes(int n);

  /**
   * y[t, r] = w[r] · x[t] for dense rows and n tokens.
   *
   * @param x what {@link #prepare} wrote, all groups
   * @param ldy from token to token
   */
  void run(long w, int rows, long x, int n, long y, long ldy, long scratch);
}
