package dev.jora.quantize.row;

/**
 * Searches for the scale of a few values with which, rounded to levels, they have a small weighted
 * error; and the rounding itself. Results are llama.cpp's, bit for bit: all numbers are floats,
 * every operation is rounded, in the order that is written here, left to right, and a sum Σ takes
 * the values of a unit one after the other, from 0 on. So no operation may be exchanged for another
 * that is equal in mathematics only.
 *
 * <p>{@link ScalarSearches} says what is right, {@link VectorSearches} is fast. Below, x and w are
 * values and weights of one unit, l levels, {@code near} is {@link Rounding#nearest}.
 */
interface Searches {
  /**
   * Levels −m to m − 1, x ≈ scale · l, min 0. Let M be the value of the largest size, the first of
   * equals. Tries k = −m / M, then −(m + 0.1 s) / M for s = −9 to 9 without 0: l = near(k x)
   * clamped, a = Σ w x l, b = Σ w l l. The first gives scale = a / b, or 0 if b = 0, and best =
   * scale · a; a later one replaces it if b &gt; 0 and a a &gt; best · b. Where |M| &lt; 1e-15:
   * scale 0, lowest level.
   */
  void symmetric(Units units, int m, Fits fits);

  /**
   * Levels −m to m − 1 as by the first k of {@link #symmetric}, weights x x; then up to five rounds
   * over the values that each moves to the level where it is best while the others stay: without
   * it, a' = a − w x l and b' = b − w l l; if a' &gt; 0 it tries c = near(x b' / a') clamped, and
   * takes it if c ≠ l and, with c put back into a' and b', b' &gt; 0 and a' a' b &gt; a a b'. Ends
   * with a round without a change. scale = a / b if b &gt; 0, else 0.
   *
   * @param levels l + m of value i of unit u at [i * count + u]; 0 where |M| &lt; 1e-15
   */
  void descent(Units units, int m, float[] scale, byte[] levels);

  /**
   * Levels 0 to m, x ≈ scale · l − min, min ≥ 0. Let lo and hi be the least and the largest value,
   * lo at most 0. Starts with k = m / (hi − lo), scale = 1 / k, l = near(k (x − lo)) clamped, and
   * its error Σ w g(scale · l + lo − x), where g(e) = e e or |e|. Step s takes k = (first + delta ·
   * s + m) / (hi − lo), levels l likewise, and the scale A and the offset B ≤ 0 for which these
   * levels have the least square error; if its error is smaller, scale = A and <b>lo = B, also for
   * the steps that follow</b>. Where hi = lo: scale 0, level 0. min = −lo.
   */
  void affine(Units units, Steps steps, Fits fits);

  /**
   * Levels 0 to m, x ≈ scale · l, for values that are not negative, or few of them: then their
   * levels wrap, as bytes do in llama.cpp. M is the largest value. Chooses among k = m / M and (0.1
   * s + m) / M, s = −4 to 4 without 0, by the error Σ w e e, e = x − l / k, and improves the levels
   * in up to five rounds as {@link #descent} does. Where M &lt; 1e-15: scale 0, level 0.
   *
   * @param levels of value i of unit u at [i * count + u], bytes without sign
   */
  void positive(Units units, int m, float[] scale, byte[] levels);
}
