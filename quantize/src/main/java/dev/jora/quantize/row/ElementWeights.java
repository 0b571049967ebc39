package dev.jora.quantize.row;

/**
 * How much the error of each value counts in a search: with importance q it is q √(σ² + x²), where
 * σ² is a mean of squares, and without it a function of x alone.
 */
final class ElementWeights {
  private ElementWeights() {}

  /** The sum of x² in order. */
  static float squares(float[] x, int from, int n) {
    float sum = 0;
    for (int i = from; i < from + n; i++) {
      sum += x[i] * x[i];
    }
    return sum;
  }

  /** w[i] = q √(σ² + x²) for the importance q of the columns from {@code column} on. */
  static void important(
      float[] x, int from, int n, float[] importance, int column, float sigma2, float[] w) {
    for (int i = 0; i < n; i++) {
      float v = x[from + i];
      w[i] = importance[column + i] * (float) Math.sqrt(sigma2 + v * v);
    }
  }

  /** w[i] = base + x². */
  static void plain(float[] x, int from, int n, float base, float[] w) {
    for (int i = 0; i < n; i++) {
      float v = x[from + i];
      w[i] = base + v * v;
    }
  }
}
