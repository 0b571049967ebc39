package dev.jora.quantize.recipe;

import dev.jora.fault.Sentence;
import dev.jora.quant.BlockFormats;
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
    return BlockFormats.fitting(wanted, ne0)
        .orElseThrow(
            () ->
                new RecipeException(
                    Sentence.of(
                        "%s, and no other type stands in for it; give it one that fits: %s %s=%s",
                        doesNotDivide(wanted, ne0, tensor),
                        TypeOverride.PARAMETER,
                        tensor,
                        fitting(ne0))));
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
