package dev.jora.quantize.row;

/**
 * 256 values: d, a half at 0; from 2 on low bytes of the grid indices, one per 8 values; from 34 on
 * their signs, a byte each; from 66 on high bits of the indices, two each, four to a byte; from 74
 * on scales c of 16 values each, two to a byte. Weights: with importance q √(σ² + x²), without σ² /
 * 4 + x²; σ² = twice the mean x² of the block.
 */
final class IQ2_S extends GridWriter {
  IQ2_S(Arithmetic arithmetic) {
    super(GridRecipe.IQ2_S, arithmetic.iq());
  }

  @Override
  void pack(float d) {
    half(0, d);
    for (int group = 0; group < 32; group++) {
      u8(2 + group, indices[group]);
      u8(34 + group, signs[group]);
      bytes[66 + group / 4] |= (byte) (indices[group] >> 8 << 2 * (group % 4));
    }
    packScales(74);
  }
}
