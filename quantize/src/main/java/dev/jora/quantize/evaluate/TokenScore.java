package dev.jora.quantize.evaluate;

/**
 * How a model expected a token.
 *
 * @param token the token
 * @param surprise −ln p
 * @param rank 1 for the likeliest; 1 + how many were likelier
 */
public record TokenScore(ScoredToken token, double surprise, int rank) {
  /**
   * What a row of logits says of a token.
   *
   * @throws EvaluateException if it is broken
   */
  public static TokenScore of(ScoredToken token, float[] logits, LogSoftmax softmax) {
    float logit = logits[token.id()];
    double surprise = softmax.surprise(logit);
    if (Double.isNaN(surprise)) {
      throw new EvaluateException(
          "the model is broken: its logits for token "
              + token.position()
              + " of the text are not numbers");
    }
    return new TokenScore(token, surprise, LogSoftmax.rank(logits, logit));
  }

  /** The probability of the token, 0 to 1. */
  public double probability() {
    return Math.exp(-surprise);
  }
}
