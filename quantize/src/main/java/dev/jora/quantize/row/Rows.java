package dev.jora.quantize.row;

/**
 * Rows of n values, one behind the other, cut into blocks.
 *
 * @param x values, from {@code from} on
 * @param size values of a block; a divisor of n
 * @param importance of each column, or null
 */
record Rows(float[] x, int from, int rows, int n, int size, float[] importance) {
  int blocks() {
    return rows * n / size;
  }

  /** Where block b starts in x. */
  int at(int b) {
    return from + b * size;
  }

  /** The column of the first value of block b, so where its importance starts. */
  int column(int b) {
    return b * size % n;
  }

  boolean weighted() {
    return importance != null;
  }
}
