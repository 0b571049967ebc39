package dev.jora.quantize.row;

/** How much an error of each value counts. */
final class Weights {
  private Weights() {}

  /**
   * w[to + i] = q √(mean + x x), for values from {@code at} on whose importance q starts at {@code
   * column}.
   */
  static void important(
      float[] x, int at, int n, float mean, float[] q, int column, float[] w, int to) {
    for (int i = 0; i < n; i++) {
      float v = x[at + i];
      w[to + i] = q[column + i] * (float) Math.sqrt(mean + v * v);
    }
  }

  /** w[i] = x x. */
  static void squares(float[] x, int at, int n, float[] w) {
    for (int i = 0; i < n; i++) {
      w[i] = x[at + i] * x[at + i];
    }
  }

  /** w[to + i] = mean + |x|. */
  static void sizes(float[] x, int at, int n, float mean, float[] w, int to) {
    for (int i = 0; i < n; i++) {
      w[to + i] = mean + Math.abs(x[at + i]);
    }
  }

  /**
   * sums[j] = Σ x x of run j, each in order. Eight runs at once, since one sum waits for each of
   * its additions.
   */
  static void squareSums(float[] x, int from, int n, int runs, float[] sums) {
    int j = 0;
    for (; j <= runs - 8; j += 8) {
      eight(x, from + j * n, n, sums, j);
    }
    for (; j < runs; j++) {
      float sum = 0;
      for (int i = from + j * n; i < from + (j + 1) * n; i++) {
        sum += x[i] * x[i];
      }
      sums[j] = sum;
    }
  }

  private static void eight(float[] x, int from, int n, float[] sums, int to) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    for (int i = from; i < from + n; i++) {
      s0 += x[i] * x[i];
      s1 += x[i + n] * x[i + n];
      s2 += x[i + 2 * n] * x[i + 2 * n];
      s3 += x[i + 3 * n] * x[i + 3 * n];
      s4 += x[i + 4 * n] * x[i + 4 * n];
      s5 += x[i + 5 * n] * x[i + 5 * n];
      s6 += x[i + 6 * n] * x[i + 6 * n];
      s7 += x[i + 7 * n] * x[i + 7 * n];
    }
    sums[to] = s0;
    sums[to + 1] = s1;
    sums[to + 2] = s2;
    sums[to + 3] = s3;
    sums[to + 4] = s4;
    sums[to + 5] = s5;
    sums[to + 6] = s6;
    sums[to + 7] = s7;
  }
}
