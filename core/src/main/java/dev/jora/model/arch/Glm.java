package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.RopeKeys;
import dev.jora.model.checkpoint.TokenizerKind;
import java.util.Map;

/** GLM-4 of 2025. */
final class Glm {
  private Glm() {}

  /**
   * Norms around the sub-layers, partial RoPE; gate and up lie in one tensor. Text of models that
   * see turns other pairs.
   */
  static DecoderSpec glm4(Hyperparameters h) {
    Position position = h.ropeHasSections() ? Position.ROPE_NEOX : Position.ROPE_NORM;
    return DecoderSpec.plain(h, position).postNorm().build();
  }

  /** GLM 4.5 and 4.6: experts chosen by σ and a bias, first layers dense, partial RoPE. */
  static DecoderSpec glm4moe(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .feedForwardNorm("post_attention_norm")
        .qkNorm(QkNorm.OPTIONAL)
        .expertsByKeys(Gating.SIGMOID, false)
        .sharedExperts(h.integer("expert_shared_count", 1))
        .build();
  }

  /** Hugging Face's GLM 4, and the text part of GLM-4.1V and GLM-OCR, which turns other pairs. */
  static Checkpoint glm4Checkpoint(CheckpointConfig config) {
    int turned = turned(config);
    Checkpoint.Builder glm =
        Checkpoint.plain("glm4", config)
            .tokenizer(TokenizerKind.GLM4)
            .integer("rope.dimension_count", turned)
            .layer("post_self_attn_layernorm", "post_attention_norm")
            .layer("post_mlp_layernorm", "post_ffw_norm")
            .layer("mlp.gate_up_proj", "ffn_up")
            .ahead()
            .aheadKey();
    if (new RopeKeys(config).parameters().has("mrope_section")) {
      int heads = config.positive("num_attention_heads");
      int keyHeads = config.positive("num_key_value_heads", "num_attention_heads");
      glm.change("attn_q", Change.halved(heads, headSize(config), turned))
          .change("attn_k", Change.halved(keyHeads, headSize(config), turned));
    }
    return glm.build();
  }

  /** Upstage's Solar Open: GLM 4.5 with another tokenizer. */
  static Checkpoint solarCheckpoint(CheckpointConfig config) {
    return moe(config.withDefaults(Map.of("partial_rotary_factor", 1.0))).build();
  }

  /** Hugging Face's GLM 4.5 to 4.6, with the layers that guess ahead. */
  static Checkpoint glm4moeCheckpoint(CheckpointConfig config) {
    return moe(config).tokenizer(TokenizerKind.GLM4_MOE).build();
  }

  private static Checkpoint.Builder moe(CheckpointConfig config) {
    Checkpoint.Builder glm = Checkpoint.plain("glm4moe", config).ahead();
    glm.integer("rope.dimension_count", turned(config))
        .integer("expert_count", "n_routed_experts")
        .integer("expert_feed_forward_length", "moe_intermediate_size")
        .integer("expert_shared_count", "n_shared_experts")
        .integer("leading_dense_block_count", "first_k_dense_replace")
        .integer("expert_gating_func", 2)
        .number("expert_weights_scale", "routed_scaling_factor");
    if (config.has("norm_topk_prob")) {
      glm.flag("expert_weights_norm", config.flag("norm_topk_prob", false));
    }
    return glm.aheadKey().instead("post_attention_layernorm", "post_attention_norm");
  }

  private static int headSize(CheckpointConfig config) {
    return config.positiveOr(
        config.positive("hidden_size") / config.positive("num_attention_heads"), "head_dim");
  }

  private static int turned(CheckpointConfig config) {
    double part =
        config
            .part("rope_parameters")
            .numberOr(config.numberOr(0.5, "partial_rotary_factor"), "partial_rotary_factor");
    return (int) (headSize(config) * part);
  }
}
