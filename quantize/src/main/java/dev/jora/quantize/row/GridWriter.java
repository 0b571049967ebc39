package dev.jora.quantize.row;

import java.util.Arrays;

/**
 * Blocks of 256 values of the IQ2 and IQ3 types: d, a scale c of 4 bits for each sub-block, an
 * index into a grid for every 4 or 8 values, and signs.
 */
abstract class GridWriter extends BlockWriter {
  private static final int SIZE = 256;

  final GridRecipe recipe;
  private final GridSearch search;
  private final int n;

  /** What {@link #pack} stores: grid indices, signs of every 8 values (bit i: value i), scales. */
  final int[] indices;

  final int[] signs = new int[SIZE / 8];
  final int[] c;

  /** Values without signs, and weights. */
  final float[] v = new float[SIZE];

  final float[] w = new float[SIZE];

  /** By sub-block: the largest value, later what scales are derived from; 0 where nothing is. */
  final float[] largest;

  /** By sub-block: the scale that the search starts with, later the one that it found. */
  final float[] scales;

  GridWriter(GridRecipe recipe, IqSearches searches) {
    super(recipe.type().blockBytes());
    this.recipe = recipe;
    search = searches.grid(recipe);
    n = recipe.n();
    indices = new int[SIZE / n * search.points];
    c = new int[SIZE / n];
    largest = new float[SIZE / n];
    scales = new float[SIZE / n];
  }

  /** Writes indices, signs, c and d; all bytes are 0 before. */
  abstract void pack(float d);

  @Override
  final void write(float[] x, int from, float[] importance, int column) {
    weigh(x, from, importance, column);
    for (int group = 0; group < SIZE / 8; group++) {
      takeSigns(x, from, group);
    }
    for (int j = 0; j < c.length; j++) {
      largest[j] = largestOf(j);
    }
    start();
    for (int j = 0; j < c.length; j++) {
      search(j);
    }
    clear();
    pack(quantizeScales());
  }

  private void weigh(float[] x, int from, float[] importance, int column) {
    float mean = ElementWeights.squares(x, from, SIZE) * (recipe.spread() / SIZE);
    if (importance == null) {
      ElementWeights.plain(x, from, SIZE, recipe.floor() * mean, w);
    } else {
      ElementWeights.important(x, from, SIZE, importance, column, mean, w);
    }
  }

  /** Moves the signs of 8 values from x to {@link #signs}. */
  private void takeSigns(float[] x, int from, int group) {
    int bits = 0;
    int at = 8 * group;
    for (int i = 0; i < 8; i++) {
      float value = x[from + at + i];
      boolean negative = !(value >= 0); // −0 is not
      v[at + i] = negative ? -value : value;
      bits |= negative ? 1 << i : 0;
    }
    if (recipe.parity()) {
      if (Integer.bitCount(bits) % 2 != 0) {
        int least = leastImportant(at);
        v[at + least] = -v[at + least];
        bits ^= 1 << least;
      }
      bits &= 127;
    }
    signs[group] = bits;
  }

  /** Which of 8 values takes the wrong sign with the least harm. */
  private int leastImportant(int at) {
    int least = 0;
    float harm = w[at] * v[at] * v[at];
    for (int i = 1; i < 8; i++) {
      float other = w[at + i] * v[at + i] * v[at + i];
      if (other < harm) {
        harm = other;
        least = i;
      }
    }
    return least;
  }

  /** The largest value of a sub-block, 0 if that is too small to be kept. */
  private float largestOf(int j) {
    float most = v[n * j];
    for (int i = n * j + 1; i < n * (j + 1); i++) {
      most = most > v[i] ? most : v[i];
    }
    return most < recipe.nothing() ? 0 : most;
  }

  /** Sets {@link #scales} to start from. */
  void start() {
    for (int j = 0; j < c.length; j++) {
      scales[j] = largest[j] / recipe.base();
    }
  }

  private void search(int j) {
    int perSubBlock = search.points;
    int groups = n / 8;
    if (!(largest[j] > 0)) {
      scales[j] = 0;
      Arrays.fill(indices, j * perSubBlock, (j + 1) * perSubBlock, 0);
      Arrays.fill(signs, j * groups, (j + 1) * groups, 0);
      return;
    }
    System.arraycopy(v, n * j, search.v, 0, n);
    System.arraycopy(w, n * j, search.w, 0, n);
    float scale = search.search(scales[j], largest[j]);
    System.arraycopy(search.found, 0, indices, j * perSubBlock, perSubBlock);
    if (scale < 0) {
      scale = -scale;
      for (int group = j * groups; group < (j + 1) * groups; group++) {
        signs[group] ^= recipe.parity() ? 127 : 255;
      }
    }
    scales[j] = scale;
  }

  /** Sets {@link #c} and returns d as it is stored. */
  private float quantizeScales() {
    float most = 0;
    for (float scale : scales) {
      most = scale > most ? scale : most;
    }
    if (most == 0) {
      Arrays.fill(c, 0);
      if (recipe.parity()) { // the others keep what was found for scales that have underflowed
        Arrays.fill(indices, 0);
        Arrays.fill(signs, 0);
      }
      return 0;
    }
    float d = most / 31;
    float inverse = 1 / d; // of the float d, not of the half
    for (int j = 0; j < c.length; j++) {
      c[j] = Rounding.nearest(0.5f * (inverse * scales[j] - 1), 0, 15);
    }
    return d * recipe.factor();
  }

  /** Scales from {@code at} on, two to a byte, the first in the low nibble. */
  final void packScales(int at) {
    for (int i = 0; i < c.length; i += 2) {
      u8(at + i / 2, c[i] | c[i + 1] << 4);
    }
  }

  /** For every 32 values from {@code at} on, {@code stride} apart: four fields of signs, and c. */
  final void packSignsAndScales(int at, int stride) {
    for (int j = 0; j < 8; j++) {
      int fields = signs[4 * j] | signs[4 * j + 1] << 7 | signs[4 * j + 2] << 14;
      u32(at + stride * j, fields | signs[4 * j + 3] << 21 | c[j] << 28);
    }
  }
}
