package dev.jora.model.arch;

import dev.jora.kernel.Softplus;
import dev.jora.kernel.Xielu;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.RopeKeys;

/** Apertus, of the Swiss AI initiative. */
final class Apertus {
  private Apertus() {}

  /** Norms of q and k, and an activation with parameters for each layer. */
  static DecoderSpec apertus(Hyperparameters h) {
    float[] positive = h.perLayerFloats("xielu.alpha_p");
    float[] negative = h.perLayerFloats("xielu.alpha_n");
    float[] beta = h.perLayerFloats("xielu.beta");
    float[] eps = h.perLayerFloats("xielu.eps");
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .qkNorm(QkNorm.REQUIRED)
        .xielu(
            il ->
                new Xielu(
                    softplus(positive[il]), beta[il] + softplus(negative[il]), beta[il], eps[il]))
        .build();
  }

  private static float softplus(double x) {
    return (float) Softplus.of(x);
  }

  /** Hugging Face's: what its activation has learned are keys of the model file. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    int size =
        config.positiveOr(
            config.positive("hidden_size") / config.positive("num_attention_heads"), "head_dim");
    Checkpoint.Builder apertus =
        Checkpoint.plain("apertus", config)
            .integer("vocab_size", "vocab_size")
            .integer("rope.dimension_count", size)
            .layer("attention_layernorm", "attn_norm")
            .layer("feedforward_layernorm", "ffn_norm");
    for (String name : new String[] {"alpha_n", "alpha_p", "beta", "eps"}) {
      apertus.scalars(Checkpoint.LAYER + "mlp.act_fn." + name, "xielu." + name);
    }
    float[] factors = new RopeKeys(config).llama3Factors(size, 8);
    return factors == null ? apertus.build() : apertus.extra("rope_freqs.weight", factors).build();
  }
}
