package dev.jora.quantize.row;

import dev.jora.quant.Iq4Values;

/** One factor, one value after another. */
final class ScalarIq4Search extends Iq4Search {
  @Override
  void sums(float[] x, int from, float[] w, int at) {
    for (int c = 0; c < FACTORS; c++) {
      float sumA = 0;
      float sumB = 0;
      for (int i = 0; i < 32; i++) {
        float p = Iq4Values.VALUES[index(k[c] * x[from + i])];
        sumA += w[at + i] * p * x[from + i];
        sumB += w[at + i] * p * p;
      }
      a[c] = sumA;
      b[c] = sumB;
    }
  }

  @Override
  void levels(float factor, float[] x, int from, int[] out) {
    for (int i = 0; i < 32; i++) {
      out[i] = index(factor * x[from + i]);
    }
  }
}
