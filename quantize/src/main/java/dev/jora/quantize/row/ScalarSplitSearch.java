package dev.jora.quantize.row;

/** One sub-block, one split after another. */
final class ScalarSplitSearch extends SplitSearch {
  ScalarSplitSearch(int n) {
    super(n);
  }

  @Override
  void ranks() {
    for (int u = 0; u < UNITS; u++) {
      for (int i = 0; i < n; i++) {
        int before = 0;
        for (int j = 0; j < n; j++) {
          float other = x[j * UNITS + u];
          float self = x[i * UNITS + u];
          before += other < self || other == self && j < i ? 1 : 0;
        }
        rank[i * UNITS + u] = before;
      }
    }
  }

  @Override
  void trySplits() {
    for (int u = 0; u < UNITS; u++) {
      for (int i1 = 0; i1 <= n; i1++) {
        for (int i2 = i1; i2 <= n; i2++) {
          trySplit(u, i1, i2);
        }
      }
    }
  }

  private void trySplit(int u, int i1, int i2) {
    float x1 = sumX[i1 * UNITS + u];
    float x2 = sumX[i2 * UNITS + u] - x1;
    float x3 = sumX[n * UNITS + u] - sumX[i2 * UNITS + u];
    float w1 = sumW[i1 * UNITS + u];
    float w2 = sumW[i2 * UNITS + u] - w1;
    float w3 = sumW[n * UNITS + u] - sumW[i2 * UNITS + u];
    int split = split(i1, i2, 0);
    offer(
        u,
        split,
        x1 * -0.875f + x2 * 0.125f + x3 * 1.125f,
        w1 * -0.875f * -0.875f + w2 * 0.125f * 0.125f + w3 * 1.125f * 1.125f);
    offer(
        u,
        split + 1,
        x1 * -1.125f + x2 * -0.125f + x3 * 0.875f,
        w1 * -1.125f * -1.125f + w2 * -0.125f * -0.125f + w3 * 0.875f * 0.875f);
  }

  @Override
  void trySplitsOfHalves() {
    for (int u = 0; u < UNITS; u++) {
      for (int i1 = 0; i1 <= n; i1++) {
        for (int i2 = i1; i2 <= n; i2++) {
          trySplitOfHalves(u, i1, i2);
        }
      }
    }
  }

  private void trySplitOfHalves(int u, int i1, int i2) {
    float y = sumX[i1 * UNITS + u] + sumX[i2 * UNITS + u];
    float z = secondX[i1 * UNITS + u] + secondX[i2 * UNITS + u];
    float yP = sumX[n * UNITS + u] * 1.125f - y;
    float yN = sumX[n * UNITS + u] * 0.875f - y;
    float zP = secondX[n * UNITS + u] * 1.125f - z;
    float zN = secondX[n * UNITS + u] * 0.875f - z;
    float vP = squaresP(sumW, u, i1, i2);
    float vN = squaresN(sumW, u, i1, i2);
    float wP = squaresP(secondW, u, i1, i2);
    float wN = squaresN(secondW, u, i1, i2);
    int split = split(i1, i2, 0);
    offer(u, split, yP + zP, vP + wP);
    offer(u, split + 1, yP + zN, vP + wN);
    offer(u, split + 2, yN + zP, vN + wP);
    offer(u, split + 3, yN + zN, vN + wN);
  }

  /** Σ w P P of a half. */
  private float squaresP(float[] sums, int u, int i1, int i2) {
    float total = sums[n * UNITS + u] * 1.125f * 1.125f;
    return total + sums[i1 * UNITS + u] * 0.75f + sums[i2 * UNITS + u] * -1.25f;
  }

  /** Σ w N N of a half. */
  private float squaresN(float[] sums, int u, int i1, int i2) {
    float total = sums[n * UNITS + u] * 0.875f * 0.875f;
    return total + sums[i1 * UNITS + u] * 1.25f + sums[i2 * UNITS + u] * -0.75f;
  }

  private void offer(int u, int split, float a, float b) {
    if (b > 0 && a * a > best[u] * b) {
      scale[u] = a / b;
      best[u] = scale[u] * a;
      taken[u] = split;
    }
  }
}
