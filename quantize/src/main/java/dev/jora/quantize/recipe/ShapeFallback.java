package dev.jora.quantize.recipe;

import dev.jora.fault.Sentence;
import dev.jora.tensor.GgmlType;

/** What a tensor gets whose rows do not divide into the blocks of the type that was wanted. */
final class ShapeFallback {
  private ShapeFallback() {}

  /**
   * The wanted type if rows of ne0 values divide into its blocks, or the one that takes its place.
   *
   * @throws RecipeException if there is none
   */
  static GgmlType of(GgmlType wanted, long ne0, String tensor) {
    if (ne0 % wanted.blockSize() == 0) {
      return wanted;
    }
    GgmlType smaller =
        switch (wanted) {
          case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_XS -> GgmlType.IQ4_NL;
          case Q2_K, Q3_K, TQ1_0, TQ2_0, Q2_0 -> GgmlType.Q4_0;
          case Q4_K -> GgmlType.Q5_0;
          case Q5_K -> GgmlType.Q5_1;
          case Q6_K -> GgmlType.Q8_0;
          default -> wanted;
        };
    if (smaller.blockSize() > 32) {
      throw new RecipeException(
          Sentence.of(
              "%s, and no other type stands in for it; give it one that fits: %s %s=%s",
              doesNotDivide(wanted, ne0, tensor), TypeOverride.PARAMETER, tensor, fitting(ne0)));
    }
    return ne0 % smaller.blockSize() == 0 ? smaller : GgmlType.F16;
  }

  /** A type that rows of so many values divide into. */
  static GgmlType fitting(long ne0) {
    return ne0 % GgmlType.Q8_0.blockSize() == 0 ? GgmlType.Q8_0 : GgmlType.F16;
  }

  static String doesNotDivide(GgmlType type, long ne0, String tensor) {
    return "tensor %s: rows of %d values do not divide into the blocks of %d that %s has"
        .formatted(tensor, ne0, type.blockSize(), type);
  }
}
