package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;

/**
 * 256 values of -1, 0, 1 times d = the largest |x|, four to a byte: byte 32 h + l holds values 128
 * h + 32 k + l in bits 2 k and 2 k + 1; d is a half at 64.
 */
final class TQ2_0 extends BlockWriter {
  private final int[] levels = new int[256];

  TQ2_0() {
    super(GgmlType.TQ2_0.blockBytes());
  }

  @Override
  void write(float[] x, int from, float[] importance, int column) {
    half(64, TQ1_0.ternary(x, from, levels));
    for (int h = 0; h < 2; h++) {
      for (int l = 0; l < 32; l++) {
        int e = 128 * h + l;
        int low = levels[e] | levels[e + 32] << 2;
        u8(32 * h + l, low | levels[e + 64] << 4 | levels[e + 96] << 6);
      }
    }
  }
}
