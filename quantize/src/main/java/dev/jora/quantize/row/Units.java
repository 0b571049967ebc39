package dev.jora.quantize.row;

/**
 * Runs of n values that are searched alone, many side by side: value i of unit u is {@code x[i *
 * count + u]}, its weight is {@code w[i * count + u]}. So neighbours in memory belong to different
 * units, and a vector of them does for every unit what a loop over one would do, in the same order.
 *
 * @param n values of a unit
 * @param count units, a multiple of {@link #LANES}; those that a caller does not need hold anything
 */
record Units(int n, int count, float[] x, float[] w) {
  /** The count of units is a multiple of it. */
  static final int LANES = 16;

  /** Room for at least {@code live} units. */
  static Units of(int n, int live) {
    int count = (live + LANES - 1) / LANES * LANES;
    return new Units(n, count, new float[n * count], new float[n * count]);
  }

  /** x of the first {@code live} units = values that lie unit after unit. */
  void putValues(float[] values, int from, int live) {
    put(values, from, live, x);
  }

  /** w of the first {@code live} units = weights that lie unit after unit. */
  void putWeights(float[] weights, int from, int live) {
    put(weights, from, live, w);
  }

  private void put(float[] src, int from, int live, float[] dst) {
    for (int u = 0; u < live; u++) {
      int at = from + u * n;
      for (int i = 0; i < n; i++) {
        dst[i * count + u] = src[at + i];
      }
    }
  }

  /** The sum of the weights of each unit. */
  void weightSums(float[] sums) {
    for (int u = 0; u < count; u++) {
      sums[u] = 0;
    }
    for (int at = 0; at < n * count; at += count) {
      for (int u = 0; u < count; u++) {
        sums[u] += w[at + u];
      }
    }
  }
}
