package dev.jora.quantize.row;

/**
 * Values to levels, and what that takes to know of them. Values lie in runs of n, one run behind
 * the other, and run j has number j of every array of parameters. Results are bit for bit those of
 * {@link ScalarLevels}.
 */
interface Levels {
  /**
   * levels[i] = near((x + add) / by) clamped, counted from {@code low}; where by is 0, anything.
   *
   * @param x values of run j from {@code from + j n} on
   * @param levels of run j from {@code j n} on
   */
  void divide(
      float[] x,
      int from,
      int n,
      int runs,
      float[] add,
      float[] by,
      int low,
      int high,
      int[] levels);

  /** levels[i] = near(k (x − base)) clamped, counted from {@code low}: those of a search. */
  void multiply(
      float[] x,
      int from,
      int n,
      int runs,
      float[] k,
      float[] base,
      int low,
      int high,
      int[] levels);

  /**
   * levels[i] = (x − base) k + add without its fraction, at most {@code high}. They are not
   * negative for the k of plain rounding; where k is infinite, they are 0.
   */
  void truncate(
      float[] x,
      int from,
      int n,
      int runs,
      float[] base,
      float[] k,
      float add,
      int high,
      int[] levels);

  /** levels[i] = the integer nearest to k x, ties away from zero; 0 where k is infinite. */
  void round(float[] x, int from, int n, int runs, float[] k, int[] levels);

  /** The value of the largest size of each run, the first of equals; 0 where all are 0. */
  void largest(float[] x, int from, int n, int runs, float[] largest);

  /** The least and the largest value of each run; of zeros of both signs the first is the least. */
  void extremes(float[] x, int from, int n, int runs, float[] least, float[] largest);
}
