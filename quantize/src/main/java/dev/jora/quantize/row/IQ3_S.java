package dev.jora.quantize.row;

/**
 * 256 values: d, a half at 0; from 2 on low bytes of the grid indices, one per 4 values; from 66 on
 * their ninth bits, eight to a byte; from 74 on signs, a byte per 8 values; from 106 on scales c of
 * 32 values each, two to a byte. Weights: with importance q √(σ² + x²), σ² = twice the mean x² of
 * the block; without, x².
 *
 * <p>In one case these are not llama.cpp's bytes. There, 32 values that are all 0 do not advance
 * the place to which low bytes and signs are written, so what follows in the block lands too early,
 * and the block decodes to other values. Here everything is written where it is read.
 */
final class IQ3_S extends GridWriter {
  IQ3_S(Arithmetic arithmetic) {
    super(GridRecipe.IQ3_S, arithmetic.iq());
  }

  @Override
  void pack(float d) {
    half(0, d);
    for (int quad = 0; quad < 64; quad++) {
      u8(2 + quad, indices[quad]);
      bytes[66 + quad / 8] |= (byte) (indices[quad] >> 8 << quad % 8);
    }
    for (int group = 0; group < 32; group++) {
      u8(74 + group, signs[group]);
    }
    packScales(106);
  }
}
