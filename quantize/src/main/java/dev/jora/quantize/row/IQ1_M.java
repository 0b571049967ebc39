package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;

/**
 * 256 values: from 0 on low bytes of the grid indices, one per 8 values; from 32 on a byte for
 * every 16 values: the high 3 bits of the first index, bit 3 set where its levels are N, the same
 * for the second in bits 4 to 7; from 48 on four u16: c of 16 values each in 3 bits, four to a u16,
 * and in bits 12 to 15 of each four bits of d, a half, the lowest first. Weights: with importance q
 * √(σ² + x²), σ² = twice the mean x² of the block; without, x².
 */
final class IQ1_M extends Iq1Writer {
  IQ1_M(Arithmetic arithmetic) {
    super(GgmlType.IQ1_M, 16, 1e-7f, arithmetic.iq());
  }

  @Override
  void pack(float[] x, int from) {
    float d = quantizeScales();
    for (int group = 0; group < 32; group++) {
      u8(group, indices[group]);
      int choice = d == 0 ? 0 : choices[group / 2] >> 1 - group % 2 & 1;
      bytes[32 + group / 2] |= (byte) ((indices[group] >> 8 | choice << 3) << 4 * (group % 2));
    }
    if (d == 0) {
      return;
    }
    int half = Float.floatToFloat16(fit(d, x, from) * 1.1125f);
    for (int k = 0; k < 4; k++) {
      int three = c[4 * k] | c[4 * k + 1] << 3 | c[4 * k + 2] << 6;
      u16(48 + 2 * k, three | c[4 * k + 3] << 9 | (half >> 4 * k & 15) << 12);
    }
  }

  /** The d with which the block, as it will be read, has the least error. */
  private float fit(float d, float[] x, int from) {
    float a = 0;
    float b = 0;
    for (int i = 0; i < 256; i++) {
      int digit = grid.digit(grid.code(indices[i / 8]), i % 8);
      float p = triple(choices[i / 16], i / 8 % 2)[digit] * (2 * c[i / 16] + 1);
      float wp = w[i] * p;
      a += wp * x[from + i];
      b += wp * p;
    }
    return b > 0 ? a / b : d;
  }
}
