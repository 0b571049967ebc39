package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;

/**
 * 256 values: d, a half at 0; from 2 on low bytes of the grid indices, one per 8 values; from 34 on
 * for every 32 values a u16: the high 3 bits of each index, c in bits 12 to 14, bit 15 set where
 * the levels are N. Weights q √(σ² + x²), σ² = twice the mean x² of the block.
 */
final class IQ1_S extends Iq1Writer {
  IQ1_S(Arithmetic arithmetic) {
    super(GgmlType.IQ1_S, 32, 1e-12f, arithmetic.iq());
  }

  @Override
  void pack(float[] x, int from) {
    float d = quantizeScales();
    half(0, d * 1.125f);
    for (int j = 0; j < 8; j++) {
      int high = 0;
      for (int k = 0; k < 4; k++) {
        int index = indices[4 * j + k];
        u8(2 + 4 * j + k, index);
        high |= index >> 8 << 3 * k;
      }
      u16(34 + 2 * j, d == 0 ? high : high | c[j] << 12 | choices[j] << 15);
    }
  }
}
