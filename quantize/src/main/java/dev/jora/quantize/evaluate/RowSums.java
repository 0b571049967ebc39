package dev.jora.quantize.evaluate;

import dev.jora.kernel.IncubatorModule;

/**
 * Sums over rows as long as a vocabulary. {@link ScalarRowSums} says what is right, {@link
 * VectorRowSums} is fast; rows go to threads whole, so results do not depend on their number.
 */
interface RowSums {
  /** The fast ones where this JVM has the Vector API. */
  static RowSums best() {
    return IncubatorModule.load() ? Fast.create() : new ScalarRowSums();
  }

  /** The largest of x; NaN if one of them is. */
  float max(float[] x);

  /** How many of x are above {@code value}. */
  int above(float[] x, float value);

  /** Σ e^(x − max), for max not below any x. */
  double exponentials(float[] x, float max);

  /**
   * Σ e^b (b − (x − logSum)) over the tokens with b &gt; {@link #LEAST}: the Kullback-Leibler
   * divergence of the distribution with logits x from that with log-probabilities b.
   *
   * @param logSum ln Σ e^x
   */
  double divergence(float[] b, float[] x, double logSum);

  /** Log-probabilities at or below it are not told from nothing: the floor of base files. */
  float LEAST = -16;

  /** A class of its own, so that nothing of the Vector API is loaded too early. */
  final class Fast {
    private Fast() {}

    static RowSums create() {
      return new VectorRowSums();
    }
  }
}
