package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.CheckpointException;
import java.util.Map;

/** InclusionAI's Ling and Ring. */
final class Bailing {
  private Bailing() {}

  /** Experts by softmax, with some shared. */
  static DecoderSpec moe(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM)
        .expertsByKeys(Gating.SOFTMAX, false)
        .sharedExperts(h.integer("expert_shared_count", 1))
        .build();
  }

  /** Ling 2: norms of q and k, which lie in one tensor with v; experts by σ, a bias and groups. */
  static DecoderSpec moe2(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .qkNorm(QkNorm.REQUIRED)
        .expertsByKeys(Gating.SIGMOID, false)
        .sharedExperts(h.integer("expert_shared_count", 1))
        .build();
  }

  /** Ling and its kin: q, k and v in one matrix, to be turned as Llama's. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    if (config.flag("norm_head", false)) {
      throw new CheckpointException("norm_head: expected false, found true, which is not known");
    }
    int heads = config.positive("num_attention_heads");
    int keyHeads = config.positiveOr(heads, "num_key_value_heads");
    int size = config.positiveOr(config.positive("hidden_size") / heads, "head_dim");
    int q = heads * size;
    int k = keyHeads * size;
    Checkpoint.Builder bailing =
        Checkpoint.plain("bailingmoe", config)
            .integer("rope.dimension_count", size)
            .integer("leading_dense_block_count", config.countOr(0, "first_k_dense_replace"))
            .integer("vocab_size", "vocab_size")
            .integer("expert_feed_forward_length", config.positive("moe_intermediate_size"))
            .number("expert_weights_scale", 1)
            .integer("expert_shared_count", "num_shared_experts")
            .flag("expert_weights_norm", config.flag("norm_topk_prob", false));
    String fused = "attention.query_key_value";
    return bailing
        .global("model.word_embeddings", "token_embd")
        .layer("attention.dense", "attn_output")
        .layer(fused, "attn_q", Change.range(0, 0, q), Change.interleaved(heads, size))
        .layer(fused, "attn_k", Change.range(0, q, q + k), Change.interleaved(keyHeads, size))
        .layer(fused, "attn_v", Change.range(0, q + k, q + 2 * k))
        .build();
  }

  /** Sarvam's: Ling 2, whose heads are turned as a whole. */
  static Checkpoint sarvamCheckpoint(CheckpointConfig config) {
    return v2Checkpoint(config.withDefaults(Map.of("partial_rotary_factor", 1.0)));
  }

  /** Ling 2 and Ring. */
  static Checkpoint v2Checkpoint(CheckpointConfig config) {
    int size =
        config.positiveOr(
            config.positive("hidden_size") / config.positive("num_attention_heads"), "head_dim");
    int width = config.positive("moe_intermediate_size");
    double part =
        config
            .part("rope_parameters")
            .numberOr(config.numberOr(0.5, "partial_rotary_factor"), "partial_rotary_factor");
    return Checkpoint.plain("bailingmoe2", config)
        .ahead()
        .integer("rope.dimension_count", (int) (size * part))
        .integer("leading_dense_block_count", config.countOr(0, "first_k_dense_replace"))
        .integer("vocab_size", "vocab_size")
        .integer("expert_feed_forward_length", width)
        .integer(
            "expert_shared_feed_forward_length",
            config.countOr(
                width * config.countOr(1, "num_shared_experts"),
                "moe_shared_expert_intermediate_size"))
        .number("expert_weights_scale", config.numberOr(1, "routed_scaling_factor"))
        .integer("expert_shared_count", "num_shared_experts")
        .flag("expert_weights_norm", config.flag("norm_topk_prob", false))
        .aheadKey()
        .layer("final_layernorm", "layer_output_norm")
        .global("model.word_embeddings", "token_embd")
        .layer("attention.query_key_value", "attn_qkv")
        .layer("attention.query_layernorm", "attn_q_norm")
        .layer("attention.key_layernorm", "attn_k_norm")
        .layer("attention.dense", "attn_output")
        .layer("mlp.gate.expert_bias", "exp_probs_b.bias")
        .build();
  }
}
