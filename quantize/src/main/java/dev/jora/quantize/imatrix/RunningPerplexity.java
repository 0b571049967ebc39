package dev.jora.quantize.imatrix;

/**
 * exp of the mean negative log-probability of tokens, as they come in; sums in double, as
 * llama.cpp's.
 */
public final class RunningPerplexity {
  private double sum;
  private double squares;
  private int count;

  /** Adds a token of which the model gave these logits. */
  public void add(float[] logits, int token) {
    float max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double exponentials = 0;
    for (float logit : logits) {
      exponentials += Math.exp(logit - max);
    }
    double nll = Math.log(exponentials) - (logits[token] - max);
    sum += nll;
    squares += nll * nll;
    count++;
  }

  /** Tokens added. */
  public int count() {
    return count;
  }

  /** The perplexity so far; NaN before the first token. */
  public double value() {
    return Math.exp(sum / count);
  }

  /** One standard error of {@link #value}; NaN before the second token. */
  public double error() {
    double mean = sum / count;
    double variance = squares / count - mean * mean;
    return value() * Math.sqrt(variance / (count - 1));
  }
}
