package dev.jora.model;

import dev.jora.tensor.Tensor;

/**
 * The tensors of one layer; a part that the architecture or the file lacks is null.
 *
 * @param attentionNorm before attention
 * @param q [heads · keyLength, n_embd]
 * @param k [kvHeads · keyLength, n_embd]
 * @param v [kvHeads · valueLength, n_embd]
 * @param output [n_embd, heads · valueLength]
 * @param postAttentionNorm after attention
 * @param feedForwardNorm before the feed-forward block
 * @param postFeedForwardNorm after it
 */
public record LayerTensors(
    Linear attentionNorm,
    Linear q,
    Linear k,
    Linear v,
    Linear qNorm,
    Linear kNorm,
    Linear output,
    Linear postAttentionNorm,
    Linear feedForwardNorm,
    FeedForward feedForward,
    Linear postFeedForwardNorm) {

  /** The feed-forward block. */
  public sealed interface FeedForward {}

  /**
   * down(act(gate x) ⊙ up x).
   *
   * @param gate [n_ff, n_embd], null for an ungated block
   * @param up [n_ff, n_embd]
   * @param down [n_embd, n_ff]
   */
  public record Dense(Linear gate, Linear up, Linear down) implements FeedForward {}

  /**
   * A mixture of experts.
   *
   * @param router [experts, n_embd]
   * @param gate [experts, n_ff, n_embd]
   * @param up [experts, n_ff, n_embd]
   * @param down [experts, n_embd, n_ff]
   * @param shared an expert that every token goes through, or null
   * @param sharedGate [1, n_embd]: σ of it scales the shared expert, or null
   */
  public record Mixture(
      Tensor router, Tensor gate, Tensor up, Tensor down, Dense shared, Tensor sharedGate)
      implements FeedForward {}
}
