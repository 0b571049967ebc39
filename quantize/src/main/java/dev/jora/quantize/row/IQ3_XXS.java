package dev.jora.quantize.row;

/**
 * 256 values: d, a half at 0; from 2 on grid indices, a byte per 4 values; from 66 on for every 32
 * values a u32 of four sign fields of 7 bits and c in bits 28 to 31. Weights: with importance q
 * √(σ² + x²), σ² = twice the mean x² of the block; without, x².
 */
final class IQ3_XXS extends GridWriter {
  IQ3_XXS(Arithmetic arithmetic) {
    super(GridRecipe.IQ3_XXS, arithmetic.iq());
  }

  @Override
  void pack(float d) {
    half(0, d);
    for (int quad = 0; quad < 64; quad++) {
      u8(2 + quad, indices[quad]);
    }
    packSignsAndScales(66, 4);
  }
}
