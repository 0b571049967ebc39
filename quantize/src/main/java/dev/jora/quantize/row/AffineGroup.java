package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;

/** The K types whose units have a scale and a minimum, both rounded to a few bits without sign. */
abstract class AffineGroup extends KGroup {
  /** Scales of blocks: unit u of block b has about d[b] · scales[u] and dmin[b] · mins[u]. */
  final float[] d;

  final float[] dmin;
  final int[] scales;
  final int[] mins;

  private final Steps steps;
  private final int top;
  private final int cap;
  private final float[] sums;
  private final Units second;
  private final byte[] codes;

  /**
   * Makes the scratch.
   *
   * @param n values of a unit
   * @param top largest scale
   * @param cap what a scale that came out larger, or negative and so wrapped, is cut down to
   */
  AffineGroup(
      GgmlType type,
      Rows rows,
      int blocks,
      Arithmetic arithmetic,
      int n,
      Steps steps,
      int top,
      int cap) {
    super(type, rows, blocks, arithmetic, n, 0, steps.m());
    this.steps = steps;
    this.top = top;
    this.cap = cap;
    second = Units.of(parts, blocks);
    d = new float[second.count()];
    dmin = new float[second.count()];
    scales = new int[units.count()];
    mins = new int[units.count()];
    sums = new float[units.count()];
    codes = new byte[parts * second.count()];
  }

  @Override
  final void search(int blocks) {
    arithmetic.searches().affine(units, steps, fits);
    if (rows.weighted()) {
      units.weightSums(sums);
      second.putWeights(sums, 0, blocks);
      searchAgain(fits.scale(), blocks, d, scales);
      searchAgain(fits.min(), blocks, dmin, mins);
    } else {
      for (int b = 0; b < blocks; b++) {
        d[b] = round(fits.scale(), b, scales);
        dmin[b] = round(fits.min(), b, mins);
      }
    }
  }

  /** What was found for the units of each block is itself searched for a scale. */
  private void searchAgain(float[] found, int blocks, float[] scale, int[] rounded) {
    second.putValues(found, 0, blocks);
    arithmetic.searches().positive(second, top, scale, codes);
    for (int b = 0; b < blocks; b++) {
      for (int j = 0; j < parts; j++) {
        rounded[b * parts + j] = Math.min(cap, codes[j * second.count() + b] & 255);
      }
    }
  }

  /** The largest becomes {@link #top}; returns the scale of block b. */
  private float round(float[] found, int b, int[] rounded) {
    float max = 0;
    for (int u = b * parts; u < (b + 1) * parts; u++) {
      max = found[u] > max ? found[u] : max;
    }
    float k = max > 0 ? top / max : 0;
    for (int u = b * parts; u < (b + 1) * parts; u++) {
      rounded[u] = Math.min(cap, Rounding.nearest(k * found[u]) & 255);
    }
    return max / top;
  }
}
