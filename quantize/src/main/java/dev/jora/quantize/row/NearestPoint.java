package dev.jora.quantize.row;

/** Chooses among the neighbours of a code. */
interface NearestPoint {
  /**
   * The code of the first of those neighbours of a code whose error Σ w e e, e = value of the digit
   * − x, is smallest.
   *
   * @param entry of the code in {@link SearchGrid#entries}
   * @param values of the digits
   * @param x the values of a point, from {@code from} on
   * @param w their weights, from {@code at} on
   */
  int code(SearchGrid grid, int entry, float[] values, float[] x, int from, float[] w, int at);
}
