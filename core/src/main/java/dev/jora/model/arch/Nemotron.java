package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.BlockSpec;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.RopeKeys;
import dev.jora.model.checkpoint.TokenizerKind;

/** NVIDIA Nemotron 4, Minitron, Nemotron-H and Nemotron 3. */
final class Nemotron {
  private Nemotron() {}

  /**
   * One sub-layer to a layer: attention without RoPE where there are key heads, a block of squared
   * ReLUs or experts of them where there is a width, Mamba 2 else.
   */
  static DecoderSpec hybrid(Hyperparameters h) {
    DecoderSpec.Builder spec =
        DecoderSpec.plain(h, Position.NONE)
            .ungated(Activation.RELU_SQUARED)
            .expertsByKeys(Gating.SIGMOID, false)
            .sharedExperts(h.integer("expert_shared_count", 1))
            .withoutFeedForward();
    BlockSpec mamba = Mamba.mamba2(h, spec.norm());
    return spec.mixer(
            il ->
                h.feedForwardLength(il) > 0
                    ? spec.feedForward(il)
                    : h.headCountKv(il) > 0 ? spec.attention(il) : mamba)
        .build();
  }

  /** Layer norms whose weights the file holds already + 1, squared ReLU, partial RoPE. */
  static DecoderSpec nemotron(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .layerNorm()
        .ungated(Activation.RELU_SQUARED)
        .build();
  }

  /** Hugging Face's Nemotron 3 and 4: norms lack their 1. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    int width = config.positive("hidden_size", "n_embd");
    int heads = config.positive("num_attention_heads", "n_head");
    RopeKeys rope = new RopeKeys(config);
    double part =
        rope.parameters()
            .numberOr(
                config.numberOr(0.5, "partial_rotary_factor", "rope_pct"), "partial_rotary_factor");
    boolean linear = rope.type().equals("linear") && rope.parameters().has("factor");
    Checkpoint.Builder nemotron =
        Checkpoint.plain("nemotron", config)
            .integer("vocab_size", "vocab_size")
            .number(
                "attention.layer_norm_epsilon",
                config.number("layer_norm_eps", "norm_eps", "layer_norm_epsilon"))
            .integer("rope.dimension_count", (int) (part * width) / heads)
            .text("rope.scaling.type", linear ? "linear" : "none");
    if (linear) {
      nemotron.number("rope.scaling.factor", rope.parameters().number("factor"));
    }
    return nemotron.normsPlusOne().tokenizer(TokenizerKind.NEMOTRON).build();
  }
}
