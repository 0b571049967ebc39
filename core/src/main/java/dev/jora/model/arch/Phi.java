package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.RopeKeys;
import dev.jora.model.checkpoint.TokenizerKind;

/** Microsoft Phi. */
final class Phi {
  private Phi() {}

  /** Phi 3 to 4: gate and up, and q, k and v, lie in one tensor; RoPE factors for long contexts. */
  static DecoderSpec phi3(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).build();
  }

  /** Phi 1 to 2: parallel sub-layers, biases everywhere, partial RoPE. */
  static DecoderSpec phi2(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .layerNorm()
        .parallel()
        .ungated(Activation.GELU)
        .require("attn_output.bias", "ffn_up.bias", "ffn_down.bias")
        .build();
  }

  /** Hugging Face's Phi 3 to 4. */
  static Checkpoint phi3Checkpoint(CheckpointConfig config) {
    int width = config.positive("hidden_size", "n_embd");
    int heads = config.positive("num_attention_heads", "n_head");
    int context = config.positive("n_positions", "max_position_embeddings");
    RopeKeys rope = new RopeKeys(config);
    CheckpointConfig scaling = rope.parameters();
    int original =
        scaling.countOr(
            config.countOr(context, "original_max_position_embeddings"),
            "original_max_position_embeddings");
    double part =
        scaling.numberOr(config.numberOr(1, "partial_rotary_factor"), "partial_rotary_factor");
    int turned = (int) (part * width) / heads;
    Checkpoint.Builder phi = Checkpoint.bare("phi3", config).usual();
    if (scaling.has("long_factor")) {
      double scale = (double) context / original;
      phi.early("rope.scaling.attn_factor", rope.attentionFactor(scale, original));
      phi.extra("rope_factors_long.weight", RopeKeys.factors(scaling, "long_factor", turned));
      phi.extra("rope_factors_short.weight", RopeKeys.factors(scaling, "short_factor", turned));
    }
    return phi.integer("context_length", context)
        .integer("rope.scaling.original_context_length", original)
        .integer("embedding_length", width)
        .integer("feed_forward_length", config.positive("intermediate_size"))
        .integer("block_count", phi.layers())
        .integer("attention.head_count", heads)
        .integer(
            "attention.head_count_kv", config.positiveOr(heads, "num_key_value_heads", "n_head_kv"))
        .number("attention.layer_norm_rms_epsilon", config.number("rms_norm_eps"))
        .integer("rope.dimension_count", turned)
        .number(
            "rope.freq_base", scaling.numberOr(config.numberOr(10000, "rope_theta"), "rope_theta"))
        .fileType()
        .integer("attention.sliding_window", config.countOr(0, "sliding_window"))
        .layer("self_attn.qkv_proj", "attn_qkv")
        .layer("mlp.gate_up_proj", "ffn_up")
        .tokenizer(TokenizerKind.PHI3)
        .build();
  }

  /** Hugging Face's Phi 1 to 2. */
  static Checkpoint phi2Checkpoint(CheckpointConfig config) {
    int width = config.positive("hidden_size", "n_embd");
    int heads = config.positive("num_attention_heads", "n_head");
    double part =
        config
            .part("rope_parameters")
            .numberOr(config.numberOr(0.5, "partial_rotary_factor"), "partial_rotary_factor");
    Checkpoint.Builder phi = Checkpoint.bare("phi2", config).usual();
    return phi.integer("context_length", config.positive("n_positions", "max_position_embeddings"))
        .integer("embedding_length", width)
        .integer("feed_forward_length", 4L * width)
        .integer("block_count", phi.layers())
        .integer("attention.head_count", heads)
        .integer("attention.head_count_kv", heads)
        .number(
            "attention.layer_norm_epsilon", config.number("layer_norm_epsilon", "layer_norm_eps"))
        .integer("rope.dimension_count", (int) (part * width) / heads)
        .fileType()
        .tokenizer(TokenizerKind.PHI2)
        .layer("self_attn.dense", "attn_output")
        .layer("mlp.fc1", "ffn_up")
        .layer("mlp.fc2", "ffn_down")
        .global("model.final_layernorm", "output_norm")
        .build();
  }
}
