package dev.jora.quantize.row;

import java.util.Arrays;

/** {@link Levels} in plain loops, the oracle. */
final class ScalarLevels implements Levels {
  @Override
  public void divide(
      float[] x,
      int from,
      int n,
      int runs,
      float[] add,
      float[] by,
      int low,
      int high,
      int[] levels) {
    for (int j = 0; j < runs; j++) {
      for (int i = j * n; i < (j + 1) * n; i++) {
        levels[i] = Rounding.nearest((x[from + i] + add[j]) / by[j], low, high) - low;
      }
    }
  }

  @Override
  public void multiply(
      float[] x,
      int from,
      int n,
      int runs,
      float[] k,
      float[] base,
      int low,
      int high,
      int[] levels) {
    for (int j = 0; j < runs; j++) {
      for (int i = j * n; i < (j + 1) * n; i++) {
        levels[i] = Rounding.nearest(k[j] * (x[from + i] - base[j]), low, high) - low;
      }
    }
  }

  @Override
  public void truncate(
      float[] x,
      int from,
      int n,
      int runs,
      float[] base,
      float[] k,
      float add,
      int high,
      int[] levels) {
    for (int j = 0; j < runs; j++) {
      if (Float.isInfinite(k[j])) {
        Arrays.fill(levels, j * n, (j + 1) * n, 0); // as C casts what is no int
        continue;
      }
      for (int i = j * n; i < (j + 1) * n; i++) {
        levels[i] = Math.min(high, (int) ((x[from + i] - base[j]) * k[j] + add));
      }
    }
  }

  @Override
  public void round(float[] x, int from, int n, int runs, float[] k, int[] levels) {
    for (int j = 0; j < runs; j++) {
      for (int i = j * n; i < (j + 1) * n; i++) {
        levels[i] = Float.isInfinite(k[j]) ? 0 : Rounding.nearestAway(x[from + i] * k[j]);
      }
    }
  }

  @Override
  public void largest(float[] x, int from, int n, int runs, float[] largest) {
    for (int j = 0; j < runs; j++) {
      float best = 0;
      for (int i = from + j * n; i < from + (j + 1) * n; i++) {
        if (Math.abs(x[i]) > Math.abs(best)) {
          best = x[i];
        }
      }
      largest[j] = best;
    }
  }

  @Override
  public void extremes(float[] x, int from, int n, int runs, float[] least, float[] largest) {
    for (int j = 0; j < runs; j++) {
      float low = Float.MAX_VALUE;
      float high = -Float.MAX_VALUE;
      for (int i = from + j * n; i < from + (j + 1) * n; i++) {
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
      }
      least[j] = low;
      largest[j] = high;
    }
  }
}
