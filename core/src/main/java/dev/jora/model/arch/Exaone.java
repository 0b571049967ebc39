package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.RopeKeys;
import java.util.function.IntPredicate;

/** LG EXAONE. */
final class Exaone {
  private Exaone() {}

  /** EXAONE 3: the plain layer. */
  static DecoderSpec exaone(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).build();
  }

  /** K-EXAONE: norms of q and k, windows, full layers without RoPE; experts, first layers dense. */
  static DecoderSpec moe(Hyperparameters h) {
    IntPredicate windowed = h.windowed(4, false);
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .qkNorm(QkNorm.REQUIRED)
        .window(h.integer("attention.sliding_window", 128), windowed)
        .rotated(windowed)
        .expertsByKeys(Gating.SIGMOID, false)
        .sharedExperts(h.integer("expert_shared_count", 1))
        .build();
  }

  /** Norms behind the sub-layers; where there are windows, full layers have no RoPE. */
  static DecoderSpec exaone4(Hyperparameters h) {
    int window = h.integer("attention.sliding_window", 0);
    IntPredicate windowed = h.windowed(4, false);
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .postNormOnly()
        .qkNorm(QkNorm.REQUIRED)
        .window(window, windowed)
        .rotated(il -> window == 0 || windowed.test(il))
        .build();
  }

  /** Hugging Face's EXAONE 4. */
  static Checkpoint exaone4Checkpoint(CheckpointConfig config) {
    Checkpoint.Builder exaone =
        Checkpoint.plain("exaone4", config)
            .ahead()
            .integer("vocab_size", "vocab_size")
            .instead("post_attention_layernorm", "post_attention_norm")
            .layer("post_feedforward_layernorm", "post_ffw_norm");
    if (config.has("sliding_window")) {
      exaone.integer("attention.sliding_window", "sliding_window").windowed("sliding_attention");
    }
    exaone.aheadKey();
    int size =
        config.positiveOr(
            config.positive("hidden_size") / config.positive("num_attention_heads"), "head_dim");
    float[] factors = new RopeKeys(config).llama3Factors(size, 16);
    return factors == null ? exaone.build() : exaone.extra("rope_freqs.weight", factors).build();
  }

  /** LG's own names of EXAONE 3. */
  static Checkpoint exaoneCheckpoint(CheckpointConfig config) {
    int size = config.positive("hidden_size") / config.positive("num_attention_heads");
    double part =
        new RopeKeys(config)
            .parameters()
            .numberOr(config.numberOr(1, "partial_rotary_factor"), "partial_rotary_factor");
    Checkpoint.Builder exaone =
        Checkpoint.plain("exaone", config).integer("rope.dimension_count", (int) (part * size));
    String layer = "transformer.h.*.";
    exaone
        .global("transformer.wte", "token_embd")
        .global("transformer.ln_f", "output_norm")
        .global(layer + "ln_1", "blk.*.attn_norm")
        .global(layer + "ln_2", "blk.*.ffn_norm")
        .global(layer + "attn.attention.q_proj", "blk.*.attn_q")
        .global(layer + "attn.attention.k_proj", "blk.*.attn_k")
        .global(layer + "attn.attention.v_proj", "blk.*.attn_v")
        .global(layer + "attn.attention.out_proj", "blk.*.attn_output")
        .global(layer + "mlp.c_fc_0", "blk.*.ffn_gate")
        .global(layer + "mlp.c_fc_1", "blk.*.ffn_up")
        .global(layer + "mlp.c_proj", "blk.*.ffn_down");
    float[] factors = new RopeKeys(config).llama3Factors(config.positiveOr(size, "head_dim"), 8);
    return factors == null ? exaone.build() : exaone.extra("rope_freqs.weight", factors).build();
  }

  /** LG's K-EXAONE. */
  static Checkpoint moeCheckpoint(CheckpointConfig config) {
    int width = config.positive("moe_intermediate_size");
    int shared = config.countOr(1, "num_shared_experts");
    Checkpoint.Builder exaone =
        Checkpoint.plain("exaone-moe", config).ahead().integer("vocab_size", "vocab_size");
    if (config.has("sliding_window")) {
      exaone.integer("attention.sliding_window", "sliding_window").windowed("sliding_attention");
    }
    return exaone
        .integer("expert_feed_forward_length", width)
        .integer("expert_shared_count", shared)
        .integer("expert_shared_feed_forward_length", (long) width * shared)
        .number("expert_weights_scale", config.numberOr(1, "routed_scaling_factor"))
        .flag("expert_weights_norm", config.flag("norm_topk_prob", true))
        .integer(
            "leading_dense_block_count",
            config.countOr(0, "first_k_dense_replace", "first_last_k_dense_replace"))
        .aheadKey()
        .text("rope.scaling.type", "none")
        .layer("mlp.e_score_correction", "exp_probs_b")
        .build();
  }
}
