package dev.jora.backend;

/**
 * Causal attention with grouped heads: softmax(scale · q·kᵀ) · v.
 *
 * @param heads query heads; heads / kvHeads of them share a key head
 * @param keyDim size of a head of q and k
 * @param valueDim size of a head of v
 * @param softcap scores become cap · tanh(score / cap); 0 for none
 * @param window positions a query can see, itself included; 0 for all
 * @param maxBias ALiBi: scores of earlier positions are lowered, by slopes that this tells; 0 for
 *     none
 * @param sinks a score for each head that counts in the softmax and has no value; or null
 */
public record Attention(
    int heads,
    int kvHeads,
    int keyDim,
    int valueDim,
    float scale,
    float softcap,
    int window,
    float maxBias,
    Weight sinks) {
  /**
   * By how much head {@code h} lowers a score for each position of distance: 2^(−maxBias (h + 1) /
   * m) for the largest power of two m that is not above {@code heads}, and between these for more.
   */
  public float slope(int h) {
    int m = Integer.highestOneBit(heads);
    double exponent = h < m ? -maxBias * (h + 1.0) / m : -maxBias / 2.0 * (2 * (h - m) + 1) / m;
    return (float) Math.pow(2, exponent);
  }
}
