package dev.jora.quantize.row;

/**
 * What a search found for each unit: value ≈ scale · level − min. The levels are not kept, since
 * they follow from two numbers, and most types choose new ones after they have rounded the scale:
 * level = nearest(k · (x − base)), clamped to the levels of the search.
 */
record Fits(float[] scale, float[] min, float[] k, float[] base) {
  /** A base that puts every value of a unit without a scale at its lowest level, with k = 1. */
  static final float ABOVE_ALL = 0x1p20f;

  /** Room for so many units. */
  static Fits of(int count) {
    return new Fits(new float[count], new float[count], new float[count], new float[count]);
  }

  void set(int u, float scale, float min, float k, float base) {
    this.scale[u] = scale;
    this.min[u] = min;
    this.k[u] = k;
    this.base[u] = base;
  }

  /** The level of value x of unit u, between {@code low} and {@code high}. */
  int level(int u, float x, int low, int high) {
    return Rounding.nearest(k[u] * (x - base[u]), low, high);
  }
}
