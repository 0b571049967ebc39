package dev.jora.kernel.asm;

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
  void prepareRow(GgmlType type, long x, int k, long out);

  /** y[r] = w[r] · x for dense rows. */
  void rows(GgmlType type, int k, long w, int rows, long x, long y);

  @Override
  default int groups(int n) {
    return Cut.of(n).groups();
  }

  /** n weights as floats, within one rounding of the exact ones. */
  void dequantize(GgmlType type, long w, int n, long out);
}
