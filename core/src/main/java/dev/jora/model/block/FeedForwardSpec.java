package dev.jora.model.block;

import dev.jora.backend.Gate;
import dev.jora.backend.Routing;
import dev.jora.kernel.Xielu;

/**
 * A feed-forward block: dense, or where the file has a router a mixture of experts.
 *
 * @param width n_ff; 0 where the file does not say it, as one of experts only need not
 * @param gate how gate and up meet; its activation alone where there is no gate
 * @param gated down(f(gate x) ⊙ up x), else down(f(up x))
 * @param xielu the activation where it has parameters; else null
 * @param experts numbers of a mixture
 */
public record FeedForwardSpec(int width, Gate gate, boolean gated, Xielu xielu, Mixture experts)
    implements BlockSpec {
  /**
   * A mixture of experts.
   *
   * @param count experts; 0 for none
   * @param used experts a token goes through
   * @param width n_ff of an expert; 0 where the file does not say it
   * @param sharedWidth n_ff of the expert that all tokens go through
   * @param gating how router outputs become probabilities
   * @param groups of experts, and {@code usedGroups} of them that a token's experts come from
   * @param normalised factors of the chosen are divided by their sum
   * @param scale factor on them
   */
  public record Mixture(
      int count,
      int used,
      int width,
      int sharedWidth,
      Routing.Gating gating,
      int groups,
      int usedGroups,
      boolean normalised,
      float scale) {}

  @Override
  public Block bind(TensorTable table, String layer, int embedding) {
    return MixtureBlock.isIn(table, layer)
        ? MixtureBlock.bind(this, table, layer, embedding)
        : DenseBlock.bind(this, table, layer + "ffn_", embedding);
  }
}
