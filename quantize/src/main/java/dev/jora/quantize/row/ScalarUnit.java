package dev.jora.quantize.row;

/** One unit of {@link ScalarSearches}, gathered, with its levels and two sums over them. */
final class ScalarUnit {
  final int n;
  final float[] x;
  final float[] w;
  final int[] l;
  float a;
  float b;

  ScalarUnit(int n) {
    this.n = n;
    x = new float[n];
    w = new float[n];
    l = new int[n];
  }

  ScalarUnit take(Units units, int u) {
    for (int i = 0; i < n; i++) {
      x[i] = units.x()[i * units.count() + u];
      w[i] = units.w()[i * units.count() + u];
    }
    return this;
  }

  /** The value of the largest size. */
  float largest() {
    float largest = 0;
    for (float v : x) {
      if (Math.abs(v) > Math.abs(largest)) {
        largest = v;
      }
    }
    return largest;
  }

  /** a and b of the levels that k gives. */
  void sums(float k, int low, int high) {
    a = 0;
    b = 0;
    for (int i = 0; i < n; i++) {
      l[i] = Rounding.nearest(k * x[i], low, high);
      a += w[i] * x[i] * l[i];
      b += w[i] * l[i] * l[i];
    }
  }

  float scale() {
    return b > 0 ? a / b : 0;
  }
}
