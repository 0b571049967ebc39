package dev.jora.quantize.row;

/**
 * 256 values: d, a half at 0; from 2 on for every 32 values four bytes of grid indices, one per 8
 * values, and a u32 of four sign fields of 7 bits and c in bits 28 to 31. Weights q √(σ² + x²), σ²
 * = the mean x² of the block.
 *
 * <p>Scales are sought around the one of {@link Searches#positive} with levels 0 to 4.
 */
final class IQ2_XXS extends GridWriter {
  private final Searches searches;
  private final Units units = Units.of(32, 8);
  private final float[] scale = new float[units.count()];
  private final byte[] levels = new byte[32 * units.count()];

  IQ2_XXS(Arithmetic arithmetic) {
    super(GridRecipe.IQ2_XXS, arithmetic.iq());
    this.searches = arithmetic.searches();
  }

  @Override
  void start() {
    units.putValues(v, 0, 8);
    units.putWeights(w, 0, 8);
    searches.positive(units, 4, scale, levels);
    for (int j = 0; j < 8; j++) {
      if (largest[j] > 0) {
        scales[j] = scale[j];
        largest[j] = scale[j] * 3;
      }
    }
  }

  @Override
  void pack(float d) {
    half(0, d);
    for (int group = 0; group < 32; group++) {
      u8(2 + group / 4 * 8 + group % 4, indices[group]);
    }
    packSignsAndScales(6, 8);
  }
}
