package dev.jora.backend;

import dev.jora.kernel.Activation;

/**
 * A mixture of experts: out = Σ over the chosen experts e of p_e · down_e(act(gate_e x) ⊙ up_e x).
 *
 * @param router matrix [experts, n_embd]
 * @param gate stack [experts, n_ff, n_embd]
 * @param up stack [experts, n_ff, n_embd]
 * @param down stack [experts, n_embd, n_ff]
 * @param used experts per token, those with the largest p; the lower index wins a tie
 * @param normalise true: the p of the chosen experts are divided by their sum
 * @param scale factor on every p
 */
public record Experts(
    Weight router,
    Weight gate,
    Weight up,
    Weight down,
    Activation activation,
    int used,
    Gating gating,
    boolean normalise,
    float scale) {
  /** How router outputs become probabilities. */
  public enum Gating {
    /** Softmax over all experts. */
    SOFTMAX,
    /** σ of each. */
    SIGMOID
  }

  /** Number of experts. */
  public int count() {
    return (int) gate.shape().ne2();
  }
}
