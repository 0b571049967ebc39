package dev.jora.quantize.row;

/**
 * 256 values: d, a half at 0; from 2 on a u16 for every 8 values, the grid index in bits 0 to 8,
 * the sign field above it; from 66 on scales c of 16 values each, two to a byte. Weights q √(σ² +
 * x²), σ² = the mean x² of the block.
 */
final class IQ2_XS extends GridWriter {
  IQ2_XS(Arithmetic arithmetic) {
    super(GridRecipe.IQ2_XS, arithmetic.iq());
  }

  @Override
  void pack(float d) {
    half(0, d);
    for (int group = 0; group < 32; group++) {
      u16(2 + 2 * group, indices[group] | signs[group] << 9);
    }
    packScales(66);
  }
}
