package dev.jora.quantize.row;

/**
 * What {@link Searches#affine} tries: levels 0 to m; for s = 0 to last, a range of values that is
 * divided into {@code first + delta · s + m} levels.
 *
 * @param last included
 * @param absolute an error counts by its size, not by its square
 */
record Steps(int m, float first, float delta, int last, boolean absolute) {
  /** The number of levels of step s. */
  float levels(int s) {
    return first + delta * s + m;
  }
}
