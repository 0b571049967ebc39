package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.RopeKeys;
import dev.jora.model.checkpoint.TokenizerKind;

/** Tencent Hunyuan. */
final class Hunyuan {
  private Hunyuan() {}

  /** The same with experts and a shared one. */
  static DecoderSpec moe(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .qkNormBehindRope()
        .experts(Gating.SOFTMAX, true, 1)
        .build();
  }

  /** Heads are normalised behind RoPE. */
  static DecoderSpec dense(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).qkNormBehindRope().build();
  }

  /** Hugging Face's dense models. */
  static Checkpoint denseCheckpoint(CheckpointConfig config) {
    Checkpoint.Builder hunyuan =
        Checkpoint.plain("hunyuan-dense", config)
            .tokenizer(TokenizerKind.HUNYUAN)
            .layer("self_attn.query_layernorm", "attn_q_norm")
            .layer("self_attn.key_layernorm", "attn_k_norm");
    if (config.flag("tie_word_embeddings", false)) {
      hunyuan.instead("lm_head").drop("lm_head");
    }
    turned(hunyuan, 50, config.positive("head_dim"));
    return hunyuan.build();
  }

  /** Hugging Face's models with experts. */
  static Checkpoint moeCheckpoint(CheckpointConfig config) {
    Checkpoint.Builder hunyuan =
        Checkpoint.plain("hunyuan-moe", config)
            .integer("expert_shared_feed_forward_length", config.positive("intermediate_size"))
            .integer(
                "expert_feed_forward_length",
                config.first("moe_intermediate_size", "intermediate_size"))
            .integer("expert_used_count", config.first("moe_topk"))
            .integer(
                "expert_shared_count",
                config.has("num_shared_expert") ? config.first("num_shared_expert") : 1);
    if (config.flag("tie_word_embeddings", false)) {
      hunyuan.instead("lm_head").drop("lm_head");
    }
    turned(hunyuan, 1000, config.positive("hidden_size") / config.positive("num_attention_heads"));
    return hunyuan
        .layer("self_attn.query_layernorm", "attn_q_norm")
        .layer("self_attn.key_layernorm", "attn_k_norm")
        .layer("mlp.gate.wg", "ffn_gate_inp")
        .layer("mlp.shared_mlp.gate_proj", "ffn_gate_shexp")
        .layer("mlp.shared_mlp.up_proj", "ffn_up_shexp")
        .layer("mlp.shared_mlp.down_proj", "ffn_down_shexp")
        .build();
  }

  /** Dynamic RoPE as Tencent has it: another base for all lengths. */
  private static void turned(Checkpoint.Builder hunyuan, double alphaOr, int size) {
    CheckpointConfig config = hunyuan.config();
    RopeKeys rope = new RopeKeys(config);
    if (!rope.type().equals("dynamic")) {
      return;
    }
    double alpha = rope.parameters().numberOr(alphaOr, "alpha");
    double base = rope.parameters().numberOr(config.numberOr(10000, "rope_theta"), "rope_theta");
    hunyuan
        .number("rope.freq_base", base * Math.pow(alpha, size / (size - 2.0)))
        .text("rope.scaling.type", "none")
        .number("rope.scaling.factor", 1)
        .integer("rope.scaling.original_context_length", 262144)
        .integer("context_length", 262144);
  }
}
