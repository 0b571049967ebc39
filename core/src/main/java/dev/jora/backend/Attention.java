package dev.jora.backend;

/**
 * Attention with grouped heads: softmax(scale · q·kᵀ) · v.
 *
 * <p>A causal query sees what stands before it, and itself. One that looks both ways sees all that
 * its layer has of the text, and is read with all of it in one pass.
 *
 * @param heads query heads; heads / kvHeads of them share a key head
 * @param keyDim size of a head of q and k
 * @param valueDim size of a head of v
 * @param softcap scores become cap · tanh(score / cap); 0 for none
 * @param window positions a query can see, itself included; looking both ways, half of them on each
 *     side; 0 for all
 * @param causal false for one that looks both ways
 * @param maxBias ALiBi: scores are lowered with the distance, by slopes that this tells; 0 for none
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
    boolean causal,
    float maxBias,
    Weight sinks) {
  /** The first position that a query at {@code position} sees. */
  public int seesFrom(int position) {
    if (window == 0) {
      return 0;
    }
    return Math.max(0, causal ? position + 1 - window : position - window / 2);
  }

  /** The first position behind those it sees, where {@code length} are there. */
  public int seesTo(int position, int length) {
    if (causal) {
      return position + 1;
    }
    return window == 0 ? length : (int) Math.min(length, position + window / 2 + 1L);
  }

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
