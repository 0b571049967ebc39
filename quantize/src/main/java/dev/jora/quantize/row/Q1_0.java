package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;

/**
 * 128 signs (bit e % 8 of byte e / 8 from 2 on is set where x &ge; 0); d = the mean |x|, a half.
 */
final class Q1_0 extends BlockWriter {
  Q1_0() {
    super(GgmlType.Q1_0.blockBytes());
  }

  @Override
  void write(float[] x, int from, float[] importance, int column) {
    float sum = 0;
    for (int i = from; i < from + 128; i++) {
      sum += Math.abs(x[i]);
    }
    half(0, sum / 128);
    for (int b = 0; b < 16; b++) {
      int bits = 0;
      for (int i = 0; i < 8; i++) {
        bits |= (x[from + 8 * b + i] >= 0 ? 1 : 0) << i;
      }
      u8(2 + b, bits);
    }
  }
}
