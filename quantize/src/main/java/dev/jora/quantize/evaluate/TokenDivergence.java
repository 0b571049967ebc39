package dev.jora.quantize.evaluate;

/**
 * How one scored token looks to a model, and to the base it is compared with.
 *
 * @param surprise −ln p of the token
 * @param baseSurprise −ln p of it for the base
 * @param divergence Σ p_base ln(p_base / p) over the vocabulary, in nats
 * @param sameTop true: both find the same token the likeliest
 */
public record TokenDivergence(
    double surprise, double baseSurprise, double divergence, boolean sameTop) {
  /** Compares a row of logits with the base's log-probabilities. */
  public static TokenDivergence of(float[] logits, LogSoftmax softmax, float[] base, int token) {
    return new TokenDivergence(
        softmax.surprise(logits[token]),
        -base[token],
        softmax.divergence(base, logits),
        first(logits) == first(base));
  }

  /** The first of the largest. */
  private static int first(float[] x) {
    int best = 0;
    for (int i = 1; i < x.length; i++) {
      if (x[i] > x[best]) {
        best = i;
      }
    }
    return best;
  }

  /** p − p_base. */
  double difference() {
    return Math.exp(-surprise) - Math.exp(-baseSurprise);
  }
}
