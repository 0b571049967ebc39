package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;

/** A family of products: what multiplies weights of some types, in rows of some lengths. */
public sealed interface Products permits VnniProducts, WordProducts, FloatProducts {
  /** True if rows of {@code k} values of this type can be multiplied. */
  boolean supports(GgmlType type, int k);

  /**
   * Products of up to {@link Cut#MOST} tokens. A token's are the same, to the bit, whatever tokens
   * are beside it.
   */
  ProductCode singles(GgmlType type, int k);

  /** Products of any number of tokens. */
  ProductCode batches(GgmlType type, int k);

  /** n weights as floats, within one rounding of the exact ones. */
  void dequantize(GgmlType type, long w, int n, long out);
}
