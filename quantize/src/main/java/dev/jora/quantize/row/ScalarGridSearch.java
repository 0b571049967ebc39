package dev.jora.quantize.row;

/** One candidate after another. */
final class ScalarGridSearch extends GridSearch {
  ScalarGridSearch(GridRecipe recipe) {
    super(recipe, new ScalarNearestPoint());
  }

  @Override
  void evaluate() {
    for (int c = 0; c < count; c++) {
      float sumA = 0;
      float sumB = 0;
      for (int u = 0; u < points; u++) {
        int code = round(u, id[c]);
        int onGrid = snap(u, code, t[c]);
        rounded[u * stride + c] = code;
        snapped[u * stride + c] = onGrid;
        for (int i = 0; i < grid.size; i++) {
          int at = u * grid.size + i;
          float p = 2 * grid.digit(onGrid, i) + 1;
          sumA += wv[at] * p;
          sumB += w[at] * p * p;
        }
      }
      a[c] = sumA;
      b[c] = sumB;
    }
  }
}
