package dev.jora.backend;

/**
 * Which experts a token goes through, and with which factors.
 *
 * @param router matrix [experts, n_embd]
 * @param bias of the router, a vector, or null
 * @param gating how router outputs become probabilities
 * @param selectionBias a vector added to probabilities to choose by, not to weigh by; or null
 * @param used experts per token, those with the largest probability; the lower index wins a tie
 * @param groups experts are chosen from the best {@code usedGroups} of so many groups, which the
 *     sum of their two best tells; 1 for no groups
 * @param factors a vector, on what each expert adds, or null
 * @param normalise true: the factors of the chosen experts are divided by their sum
 * @param scale on every factor
 */
public record Routing(
    Weight router,
    Weight bias,
    Gating gating,
    Weight selectionBias,
    int used,
    int groups,
    int usedGroups,
    Weight factors,
    boolean normalise,
    float scale) {
  /** How router outputs become probabilities. */
  public enum Gating {
    /** Softmax over all experts. */
    SOFTMAX,
    /** σ of each. */
    SIGMOID,
    /** Experts are chosen by their outputs, then softmax over these. */
    SOFTMAX_OF_CHOSEN
  }

  /** Number of experts. */
  public int experts() {
    return (int) router.shape().ne1();
  }
}
