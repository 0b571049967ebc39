package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.function.IntPredicate;

/**
 * Products of weights and the activations of several tokens, which are brought into a form of their
 * own first, in groups that any thread may do. All arguments are addresses that the caller has
 * checked, strides in bytes.
 */
public sealed interface BatchProducts permits Products, AmxProducts, FewProducts {
  /** True if rows of {@code k} values of this type can be multiplied. */
  boolean supports(GgmlType type, int k);

  /** The most tokens at once. */
  default int most(GgmlType type, int k) {
    return Integer.MAX_VALUE;
  }

  /** What {@link #prepareGroup} writes. */
  Form groupForm(GgmlType type, int k);

  /** Groups that n tokens are cut into, each prepared by itself. */
  int groups(int n);

  /** Bytes of n tokens in the form that {@link #products} takes. */
  long groupBytes(GgmlType type, int k, int n);

  /**
   * Brings the tokens of group i of n tokens into that form; a token lies ldx after another.
   *
   * @param fine tokens that are multiplied with all the precision that the form has
   */
  void prepareGroup(
      GgmlType type, long x, long ldx, int k, int n, int i, IntPredicate fine, long out);

  /** Bytes of scratch for {@link #products}. */
  long scratchBytes(GgmlType type, int k, int n);

  /**
   * y[t, r] = w[r] · x[t] for dense rows.
   *
   * @param x what {@link #prepareGroup} wrote, all groups
   * @param ldy from token to token
   */
  void products(
      GgmlType type, int k, long w, int rows, long x, int n, long y, long ldy, long scratch);
}
