package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;

/**
 * 256 indices into the values V of {@link dev.jora.quant.Iq4Values}, each 32 with a 6-bit scale c:
 * d (c - 32) V[q]; the layout is that of the class of this name in {@code dev.jora.quant}. Weights:
 * with importance q √(σ² + x²), σ² = twice the mean x² of the block; without, x².
 *
 * <p>d = -1/32 of the largest scale found, the first of equals, so that this one gets c = 0.
 */
final class IQ4_XS extends BlockWriter {
  private final Iq4Search search;
  private final float[] w = new float[256];
  private final float[] scales = new float[8];
  private final int[] levels = new int[32];

  IQ4_XS(Arithmetic arithmetic) {
    super(GgmlType.IQ4_XS.blockBytes());
    search = arithmetic.iq().iq4();
  }

  @Override
  void write(float[] x, int from, float[] importance, int column) {
    if (importance == null) {
      ElementWeights.plain(x, from, 256, 0, w);
    } else {
      float sigma2 = ElementWeights.squares(x, from, 256) * (2f / 256);
      ElementWeights.important(x, from, 256, importance, column, sigma2, w);
    }
    for (int j = 0; j < 8; j++) {
      scales[j] = search.scale(x, from + 32 * j, w, 32 * j);
    }
    float d = -peak(scales, 0, 8) / 32;
    float inverse = d != 0 ? 1 / d : 0;
    half(0, d);
    int low = 0;
    int high = 0;
    for (int j = 0; j < 8; j++) {
      int c = Rounding.nearest(inverse * scales[j], -32, 31);
      float step = d * c; // of the float d, not of the half
      search.levels(step != 0 ? 1 / step : 0, x, from + 32 * j, levels);
      nibbles(8 + 16 * j, levels);
      low |= (c + 32 & 15) << 4 * j;
      high |= (c + 32 >> 4) << 2 * j;
    }
    u16(2, high);
    u32(4, low);
  }
}
