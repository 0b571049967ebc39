package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;

/**
 * What differs between the searches of the IQ2 and IQ3 types.
 *
 * @param n values of a sub-block, which has one scale
 * @param parity whether the signs of 8 values are stored as 7 bits, so that an even number of
 *     values must be negative
 * @param nothing a sub-block with no value as large as this is zero
 * @param base scales are sought around the largest value / base ...
 * @param step ... as the largest value / (base + s · step) ...
 * @param reach ... for s = −reach to reach
 * @param refine which points are chosen once more for the final scale
 * @param factor by which d is stored larger than it was used
 * @param spread σ² = spread · mean x² of the block, for weights q √(σ² + x²) with importance q
 * @param floor for weights floor · σ² + x² without importance
 */
record GridRecipe(
    GgmlType type,
    int n,
    boolean parity,
    float nothing,
    int base,
    float step,
    int reach,
    Refine refine,
    float factor,
    float spread,
    float floor) {
  /** Which points are chosen once more for the final scale. */
  enum Refine {
    /** All. */
    ALL,
    /** All, unless every one came to lie on the grid by itself. */
    ALL_UNLESS_ON_GRID,
    /** Those that did not come to lie on the grid by themselves. */
    OFF_GRID
  }

  static final GridRecipe IQ2_XXS =
      new GridRecipe(GgmlType.IQ2_XXS, 32, true, 1e-15f, 5, 0.1f, 6, Refine.ALL, 1, 1, 0);

  static final GridRecipe IQ2_XS =
      new GridRecipe(GgmlType.IQ2_XS, 16, true, 1e-15f, 5, 0.1f, 9, Refine.OFF_GRID, 1, 1, 0);

  static final GridRecipe IQ2_S =
      new GridRecipe(
          GgmlType.IQ2_S, 16, false, 1e-8f, 5, 0.1f, 9, Refine.OFF_GRID, 0.9875f, 2, 0.25f);

  static final GridRecipe IQ3_XXS =
      new GridRecipe(
          GgmlType.IQ3_XXS, 32, true, 1e-8f, 15, 0.2f, 15, Refine.OFF_GRID, 1.0125f, 2, 0);

  static final GridRecipe IQ3_S =
      new GridRecipe(
          GgmlType.IQ3_S,
          32,
          false,
          Float.MIN_VALUE,
          15,
          0.2f,
          9,
          Refine.ALL_UNLESS_ON_GRID,
          1.033f,
          2,
          0);

  /** Scales that are tried. */
  int candidates() {
    return 2 * reach + 1;
  }
}
