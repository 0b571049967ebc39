package dev.jora.kernel.asm;

import dev.jora.tensor.GgmlType;

/**
 * Products of weights of some types and activations, assembled for each type and row length when
 * they are first used. All arguments are addresses that the caller has checked, strides in bytes.
 */
public sealed interface Products permits VnniProducts, WordProducts, FloatProducts {
  /** True if rows of {@code k} values of this type can be multiplied. */
  boolean supports(GgmlType type, int k);

  /** A number below 0 that types have in common if they share what is prepared. */
  int form(GgmlType type);

  // ---- one token ---------------------------------------------------------------------------

  /** Bytes of one row of activations in the form that {@link #rows} takes. */
  long rowBytes(int k);

  /** Brings x[k] into that form. */
  void prepareRow(long x, int k, long out);

  /** y[r] = w[r] · x for dense rows. */
  void rows(GgmlType type, int k, long w, int rows, long x, long y);

  // ---- several tokens ----------------------------------------------------------------------

  /** Groups that n tokens are cut into, each prepared by itself. */
  default int groups(int n) {
    return Cut.of(n).groups();
  }

  /** Bytes of n tokens in the form that {@link #products} takes. */
  long groupBytes(GgmlType type, int k, int n);

  /** Brings the tokens of group i of n tokens into that form; a token lies ldx after another. */
  void prepareGroup(GgmlType type, long x, long ldx, int k, int n, int i, long out);

  /** Bytes of scratch for {@link #products}. */
  long scratchBytes(GgmlType type, int k);

  /**
   * y[t, r] = w[r] · x[t] for dense rows.
   *
   * @param x what {@link #prepareGroup} wrote, all groups
   * @param ldy from token to token
   */
  void products(
      GgmlType type, int k, long w, int rows, long x, int n, long y, long ldy, long scratch);

  /** n weights as floats, within one rounding of the exact ones. */
  void dequantize(GgmlType type, long w, int n, long out);
}
