package dev.jora.quantize.evaluate;

/**
 * A figure measured on a sample.
 *
 * @param value the figure
 * @param error one standard error of it
 */
public record Estimate(double value, double error) {
  /** e^x of an estimate x, its error to first order. */
  Estimate exp() {
    double e = Math.exp(value);
    return new Estimate(e, e * error);
  }

  /** √x of an estimate x, its error to first order. */
  Estimate sqrt() {
    double root = Math.sqrt(value);
    return new Estimate(root, root > 0 ? error / (2 * root) : 0);
  }

  /** How many of {@code count} there are, as a share; the error of a binomial distribution. */
  public static Estimate share(int hits, int count) {
    double p = (double) hits / count;
    return new Estimate(p, Math.sqrt(p * (1 - p) / (count - 1)));
  }
}
