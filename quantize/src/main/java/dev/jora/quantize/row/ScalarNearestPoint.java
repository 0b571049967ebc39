package dev.jora.quantize.row;

/** One neighbour after another. */
final class ScalarNearestPoint implements NearestPoint {
  @Override
  public int code(
      SearchGrid grid, int entry, float[] values, float[] x, int from, float[] w, int at) {
    int first = entry + 1;
    int best = grid.lists[first];
    float least = Float.POSITIVE_INFINITY;
    for (int k = first; k < first + grid.lists[entry]; k++) {
      int code = grid.lists[k];
      float error = 0;
      for (int i = 0; i < grid.size; i++) {
        float e = values[grid.digit(code, i)] - x[from + i];
        error += w[at + i] * e * e;
      }
      if (error < least) {
        least = error;
        best = code;
      }
    }
    return best;
  }
}
