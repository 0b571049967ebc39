package dev.jora.quantize.row;

import java.util.Arrays;

/**
 * The scale of a sub-block, and for every 4 or 8 of its values a point of a grid, so that scale ·
 * (2 digit + 1) is near to them, for the IQ2 and IQ3 types. Values have lost their signs (nearly
 * all: {@link GridRecipe#parity} may leave small ones negative).
 *
 * <p>For every candidate: levels l = near(0.5 (id v − 1)), clamped to the grid's digits. Where
 * those of a point are not on the grid, its neighbour with the least Σ r e e, e = t p − v, takes
 * their place: p = 2 digit + 1, t = 1 / id, r = √w. Then a = Σ w v p, b = Σ w p p, and the
 * candidate is taken if b &gt; 0 and a a &gt; best · b: scale = a / b, best = scale · a. At last,
 * points that {@link GridRecipe#refine} names are chosen once more with t = scale, and if b &gt; 0,
 * scale = a / b.
 */
abstract class GridSearch {
  /** Candidates are padded to a multiple of it, by copies of the last. */
  private static final int PADDING = 16;

  final GridRecipe recipe;
  final SearchGrid grid;
  private final NearestPoint nearest;
  final int points;

  /** Candidates, and their number with padding. */
  final int count;

  final int stride;

  /** Values without sign and their weights, set by the caller. */
  final float[] v;

  final float[] w;

  /** √w and w v. */
  final float[] root;

  final float[] wv;

  /** id, t, a and b of every candidate. */
  final float[] id;

  final float[] t;
  final float[] a;
  final float[] b;

  /** Levels of point u for candidate c as a code, at [u · stride + c]: as rounded, on the grid. */
  final int[] rounded;

  final int[] snapped;

  /** What was found: indices of the points. */
  final int[] found;

  private final boolean[] offGrid;
  private final float[] digitValues;

  GridSearch(GridRecipe recipe, NearestPoint nearest) {
    this.recipe = recipe;
    this.nearest = nearest;
    grid = SearchGrid.of(recipe.type());
    points = recipe.n() / grid.size;
    count = recipe.candidates();
    stride = (count + PADDING - 1) / PADDING * PADDING;
    v = new float[recipe.n()];
    w = new float[recipe.n()];
    root = new float[recipe.n()];
    wv = new float[recipe.n()];
    id = new float[stride];
    t = new float[stride];
    a = new float[stride];
    b = new float[stride];
    rounded = new int[points * stride];
    snapped = new int[points * stride];
    found = new int[points];
    offGrid = new boolean[points];
    digitValues = new float[grid.levels];
  }

  /** Sets rounded, snapped, a and b of all candidates. */
  abstract void evaluate();

  /**
   * Sets {@link #found} and returns the scale.
   *
   * @param start the scale where no candidate is taken
   * @param largest what candidates are derived from
   */
  final float search(float start, float largest) {
    prepare(largest);
    evaluate();
    float scale = start;
    float best = 0;
    int winner = -1;
    for (int c = 0; c < count; c++) {
      if (b[c] > 0 && a[c] * a[c] > best * b[c]) {
        scale = a[c] / b[c];
        best = scale * a[c];
        winner = c;
      }
    }
    boolean anyOff = adopt(winner);
    if (scale > 0 && (anyOff || recipe.refine() == GridRecipe.Refine.ALL)) {
      scale = refine(scale);
    }
    for (int u = 0; u < points; u++) {
      found[u] = grid.index(found[u]);
    }
    return scale;
  }

  private void prepare(float largest) {
    for (int i = 0; i < v.length; i++) {
      root[i] = (float) Math.sqrt(w[i]);
      wv[i] = w[i] * v[i];
    }
    for (int c = 0; c < count; c++) {
      id[c] = (recipe.base() + (c - recipe.reach()) * recipe.step()) / largest;
      t[c] = 1 / id[c];
    }
    Arrays.fill(id, count, stride, id[count - 1]);
    Arrays.fill(t, count, stride, t[count - 1]);
  }

  /** found = codes of a candidate; whether any of them was off the grid as rounded. */
  private boolean adopt(int winner) {
    if (winner < 0) {
      Arrays.fill(found, 0);
      Arrays.fill(offGrid, recipe.refine() == GridRecipe.Refine.ALL_UNLESS_ON_GRID);
      return offGrid[0];
    }
    boolean any = false;
    for (int u = 0; u < points; u++) {
      found[u] = snapped[u * stride + winner];
      offGrid[u] = found[u] != rounded[u * stride + winner];
      any |= offGrid[u];
    }
    return any;
  }

  private float refine(float scale) {
    float inverse = 1 / scale;
    for (int u = 0; u < points; u++) {
      if (offGrid[u] || recipe.refine() != GridRecipe.Refine.OFF_GRID) {
        found[u] = snap(u, round(u, inverse), scale);
      }
    }
    float sumA = 0;
    float sumB = 0;
    for (int i = 0; i < v.length; i++) {
      float p = 2 * grid.digit(found[i / grid.size], i % grid.size) + 1;
      sumA += wv[i] * p;
      sumB += w[i] * p * p;
    }
    return sumB > 0 ? sumA / sumB : scale;
  }

  /** The code of the levels of point u. */
  final int round(int u, float factor) {
    int code = 0;
    for (int i = 0; i < grid.size; i++) {
      float level = 0.5f * (factor * v[u * grid.size + i] - 1);
      code |= Rounding.nearest(level, 0, grid.levels - 1) << grid.bits * i;
    }
    return code;
  }

  /** The code, or its neighbour that fits the values of point u best if they are multiples of t. */
  final int snap(int u, int code, float multiple) {
    if (grid.contains(code)) {
      return code;
    }
    for (int d = 0; d < digitValues.length; d++) {
      digitValues[d] = multiple * (2 * d + 1);
    }
    int from = u * grid.size;
    return nearest.code(grid, grid.entries[code], digitValues, v, from, root, from);
  }
}
