package dev.jora.quantize.evaluate;

/** One value after the other, in double. */
final class ScalarRowSums implements RowSums {
  @Override
  public float max(float[] x) {
    float max = Float.NEGATIVE_INFINITY;
    for (float value : x) {
      max = Math.max(max, value);
    }
    return max;
  }

  @Override
  public int above(float[] x, float value) {
    int count = 0;
    for (float other : x) {
      count += other > value ? 1 : 0;
    }
    return count;
  }

  @Override
  public double exponentials(float[] x, float max) {
    double sum = 0;
    for (float value : x) {
      sum += Math.exp(value - max);
    }
    return sum;
  }

  @Override
  public double divergence(float[] b, float[] x, double logSum) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      if (b[i] > LEAST) {
        sum += Math.exp(b[i]) * (b[i] - (x[i] - logSum));
      }
    }
    return sum;
  }
}
