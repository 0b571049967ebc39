package dev.jora.quantize.evaluate;

/**
 * What turns the logits of a row into log-probabilities: ln p = (logit − max) − logSum.
 *
 * @param max the largest logit
 * @param logSum ln Σ e^(logit − max)
 */
public record LogSoftmax(float max, double logSum) {
  private static final RowSums SUMS = RowSums.best();

  /** That of a row. */
  public static LogSoftmax of(float[] logits) {
    float max = SUMS.max(logits);
    return new LogSoftmax(max, Math.log(SUMS.exponentials(logits, max)));
  }

  /** −ln p of the token with this logit. */
  public double surprise(float logit) {
    return logSum - (logit - (double) max);
  }

  /** 1 for the likeliest token of a row; 1 + how many are likelier than the one with this logit. */
  static int rank(float[] logits, float logit) {
    return 1 + SUMS.above(logits, logit);
  }

  /** The Kullback-Leibler divergence of a row from another: see {@link RowSums#divergence}. */
  double divergence(float[] base, float[] logits) {
    return SUMS.divergence(base, logits, max + logSum);
  }
}
