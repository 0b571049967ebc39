package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;

/**
 * 32 indices into the values V of {@link dev.jora.quant.Iq4Values} times d, a half at 0; byte 2 + j
 * holds index j in the low nibble, index j + 16 in the high one. Weights: with importance q √(σ² +
 * x²), σ² = twice the mean x² of these 32 values (not of the row); without, x².
 */
final class IQ4_NL extends BlockWriter {
  private final Iq4Search search;
  private final float[] w = new float[32];
  private final int[] levels = new int[32];

  IQ4_NL(Arithmetic arithmetic) {
    super(GgmlType.IQ4_NL.blockBytes());
    search = arithmetic.iq().iq4();
  }

  @Override
  void write(float[] x, int from, float[] importance, int column) {
    if (importance == null) {
      ElementWeights.plain(x, from, 32, 0, w);
    } else {
      float sigma2 = ElementWeights.squares(x, from, 32) * (2f / 32);
      ElementWeights.important(x, from, 32, importance, column, sigma2, w);
    }
    float scale = search.scale(x, from, w, 0);
    half(0, scale); // indices are those of the float, not of the half
    search.levels(scale != 0 ? 1 / scale : 0, x, from, levels);
    nibbles(2, levels);
  }
}
