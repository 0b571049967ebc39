package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;
import java.util.Arrays;

/**
 * Blocks of 256 values of the IQ1 types: d, a scale c of 3 bits for each sub-block, an index into a
 * grid of three levels for every 8 values, and whether those levels are {@link SplitSearch}'s P or
 * N.
 *
 * <p>A search gives every sub-block its scale, its P or N, and levels. Where those of 8 values are
 * not on the grid, the neighbour with the least Σ w e e, e = scale · T[digit] − x, takes their
 * place; if any did, scale = Σ w T x / Σ w T T, provided that both are positive.
 */
abstract class Iq1Writer extends BlockWriter {
  private static final int SIZE = 256;
  private static final int UNITS = SplitSearch.UNITS;
  private static final float[] P = {-0.875f, 0.125f, 1.125f};
  private static final float[] N = {-1.125f, -0.125f, 0.875f};

  final SearchGrid grid;
  private final SplitSearch search;
  private final NearestPoint nearest;
  private final int n;
  private final float nothing;
  private final int[] levels;
  private final float[] values = new float[3];

  /** Weights of the block. */
  final float[] w = new float[SIZE];

  /** What was found: scales of the sub-blocks, their choice of levels, an index per 8 values. */
  final float[] scales;

  final int[] choices;
  final int[] indices = new int[SIZE / 8];

  /** What {@link #quantizeScales} makes of the scales. */
  final int[] c;

  /**
   * A writer.
   *
   * @param n values of a sub-block, 32 or 16
   * @param nothing a sub-block with no |x| as large as this is zero
   */
  Iq1Writer(GgmlType type, int n, float nothing, IqSearches searches) {
    super(type.blockBytes());
    this.n = n;
    this.nothing = nothing;
    grid = SearchGrid.of(type);
    search = searches.splits(n);
    nearest = searches.nearest();
    levels = new int[n];
    scales = new float[SIZE / n];
    choices = new int[SIZE / n];
    c = new int[SIZE / n];
  }

  /** Writes what was found; all bytes are 0 before. */
  abstract void pack(float[] x, int from);

  @Override
  final void write(float[] x, int from, float[] importance, int column) {
    if (importance == null) {
      ElementWeights.plain(x, from, SIZE, 0, w);
    } else {
      float mean = ElementWeights.squares(x, from, SIZE) * (2f / SIZE);
      ElementWeights.important(x, from, SIZE, importance, column, mean, w);
    }
    for (int u = 0; u < scales.length; u++) {
      for (int i = 0; i < n; i++) {
        search.x[i * UNITS + u] = x[from + u * n + i];
        search.w[i * UNITS + u] = w[u * n + i];
      }
    }
    search.search();
    for (int u = 0; u < scales.length; u++) {
      take(u, x, from + u * n);
    }
    clear();
    pack(x, from);
  }

  /** P or N, as a choice says for 8 values of a sub-block. */
  final float[] triple(int choice, int group) {
    int shift = n == 16 ? 1 - group : 0;
    return (choice >> shift & 1) == 0 ? P : N;
  }

  private void take(int u, float[] x, int from) {
    int split = search.taken[u];
    if (largest(x, from, n) < nothing || split == SplitSearch.NONE) {
      scales[u] = 0;
      choices[u] = 0;
      Arrays.fill(indices, u * n / 8, (u + 1) * n / 8, 0);
      return;
    }
    scales[u] = search.scale[u];
    choices[u] = SplitSearch.choice(split);
    for (int i = 0; i < n; i++) {
      int second = i < SplitSearch.second(split) ? 1 : 2;
      levels[search.order[i * UNITS + u]] = i < SplitSearch.first(split) ? 0 : second;
    }
    if (scales[u] < 0) { // turn everything round
      scales[u] = -scales[u];
      choices[u] ^= n == 16 ? 3 : 1;
      for (int i = 0; i < n; i++) {
        levels[i] = 2 - levels[i];
      }
    }
    toGrid(u, x, from);
  }

  /** Sets the indices of a sub-block, and its scale if a point was not on the grid. */
  private void toGrid(int u, float[] x, int from) {
    boolean fit = false;
    for (int g = 0; g < n / 8; g++) {
      int code = 0;
      for (int i = 0; i < 8; i++) {
        code |= levels[8 * g + i] << 2 * i;
      }
      if (!grid.contains(code)) {
        float[] triple = triple(choices[u], g);
        for (int d = 0; d < 3; d++) {
          values[d] = scales[u] * triple[d];
        }
        int entry = grid.entries[code];
        code = nearest.code(grid, entry, values, x, from + 8 * g, w, u * n + 8 * g);
        fit = true;
      }
      indices[u * n / 8 + g] = grid.index(code);
      for (int i = 0; i < 8; i++) {
        levels[8 * g + i] = grid.digit(code, i);
      }
    }
    if (fit) {
      fit(u, x, from);
    }
  }

  private void fit(int u, float[] x, int from) {
    float a = 0;
    float b = 0;
    for (int i = 0; i < n; i++) {
      float p = triple(choices[u], i / 8)[levels[i]];
      float wp = w[u * n + i] * p;
      a += wp * x[from + i];
      b += wp * p;
    }
    if (a > 0 && b > 0) {
      scales[u] = a / b;
    }
  }

  /** Sets {@link #c} and returns the step of scales, 0 if all of them are. */
  final float quantizeScales() {
    float most = 0;
    for (float scale : scales) {
      most = scale > most ? scale : most;
    }
    float d = most / 15;
    float inverse = 1 / d;
    for (int u = 0; u < c.length; u++) {
      c[u] = most == 0 ? 0 : Rounding.nearest(0.5f * (inverse * scales[u] - 1), 0, 7);
    }
    return d;
  }
}
