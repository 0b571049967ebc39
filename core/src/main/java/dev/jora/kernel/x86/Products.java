package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/**
 * Products of weights of some types with the activations of one token and of several, assembled for
 * each type and row length when they are first used.
 */
public sealed interface Products extends BatchProducts
    permits VnniProducts, WordProducts, FloatProducts {
  /** What {@link #prepareRow} writes. */
  Form rowForm(GgmlType type, int k);

  /** Bytes of one row of activations in the form that {@link #rows} takes. */
  long rowBytes(GgmlType type, int k);

  /** Brings x[k] into that form. */
  default void prepareRow(GgmlType type, long x, int k, long out) {
    prepareRow(type, x, k, 1, 0, out);
  }

  /**
   * Brings x[k] into that form as token {@code token} of {@code tokens}, which take so many times
   * the bytes.
   *
   * @param out where all of them go
   */
  void prepareRow(GgmlType type, long x, int k, int tokens, int token, long out);

  /** y[r] = w[r] · x for dense rows. */
  default void rows(GgmlType type, int k, long w, int rows, long x, long y) {
    rows(type, k, w, rows, x, 1, y, 0);
  }

  /**
   * y[t, r] = w[r] · x[t] for dense rows and up to {@link Cut#MOST} tokens. A token's products are
   * the same, to the bit, whatever tokens are beside it.
   *
   * @param ldy bytes from token to token
   */
  void rows(GgmlType type, int k, long w, int rows, long x, int tokens, long y, long ldy);

  /** So many tokens {@link #rows} takes best at once, up to {@link Cut#MOST}. */
  int few(GgmlType type, int k);

  @Override
  default int groups(int n) {
    return Cut.of(n).groups();
  }

  /** n weights as floats, within one rounding of the exact ones. */
  void dequantize(GgmlType type, long w, int n, long out);
}
