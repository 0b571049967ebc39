package dev.jora.quantize.evaluate;

/** The mean of figures as they come in, and its standard error; sums in double. */
final class Mean {
  private double sum;
  private double squares;
  private int count;

  void add(double x) {
    sum += x;
    squares += x * x;
    count++;
  }

  int count() {
    return count;
  }

  double sum() {
    return sum;
  }

  /** NaN before the first figure; the error NaN before the second. */
  Estimate estimate() {
    double mean = sum / count;
    double variance = Math.max(0, squares / count - mean * mean);
    return new Estimate(mean, Math.sqrt(variance / (count - 1)));
  }
}
