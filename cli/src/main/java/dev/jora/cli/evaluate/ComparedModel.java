package dev.jora.cli.evaluate;

import dev.jora.quantize.evaluate.Estimate;
import dev.jora.quantize.evaluate.KlDivergence;

/**
 * A model that was measured on all chunks.
 *
 * @param file it
 * @param perplexity of the text
 * @param divergence from the base; null for the base itself
 * @param speed tokens per second, without the first pass, in which code is compiled and the file is
 *     read, if there were more
 */
record ComparedModel(
    ComparedFile file, Estimate perplexity, KlDivergence divergence, double speed) {
  /** True for the model that the others are compared with. */
  boolean isBase() {
    return divergence == null;
  }

  /** The mean divergence, in nats per token. */
  Estimate mean() {
    return isBase() ? none() : divergence.divergence();
  }

  /** The divergence that 99 of 100 tokens stay below. */
  double most() {
    return isBase() ? Double.NaN : divergence.divergences().quantile(0.99);
  }

  /** The share of tokens of which both find the same the likeliest. */
  Estimate sameTop() {
    return isBase() ? none() : divergence.sameTop();
  }

  private static Estimate none() {
    return new Estimate(Double.NaN, Double.NaN);
  }
}
