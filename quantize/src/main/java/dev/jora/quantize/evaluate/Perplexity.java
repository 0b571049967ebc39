package dev.jora.quantize.evaluate;

/** exp of the mean surprise of tokens, as they come in. */
public final class Perplexity {
  private final Mean mean = new Mean();

  /** Adds a token of surprise −ln p. */
  public void add(double surprise) {
    mean.add(surprise);
  }

  /** Tokens added. */
  public int count() {
    return mean.count();
  }

  /** The mean surprise −ln p; NaN before the first token, its error before the second. */
  public Estimate surprise() {
    return mean.estimate();
  }

  /** e to the mean surprise. */
  public Estimate estimate() {
    return surprise().exp();
  }
}
