package dev.jora.quantize.row;

/** What an importance matrix is to a tensor type. */
public enum Importance {
  /** Makes no difference. */
  IGNORED,

  /** Is used where there is one. */
  USED,

  /**
   * Is expected: without one a formula of its own serves token embeddings and output, and all other
   * tensors are refused, as llama.cpp does.
   */
  EXPECTED,

  /** Without one nothing can be quantized. */
  REQUIRED
}
