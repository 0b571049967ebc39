package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.LatentSpec;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.RopeKeys;
import dev.jora.model.checkpoint.TokenizerKind;
import java.util.Map;

/** DeepSeek 1 to V3 and R1, Kimi K2, GLM 4.7 Flash: latent attention, shared experts. */
final class DeepSeek {
  private DeepSeek() {}

  /** The first: the plain layer, dense ones first, then of experts with some shared. */
  static DecoderSpec deepseek(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM)
        .expertsByKeys(Gating.SOFTMAX, false)
        .sharedExperts(h.integer("expert_shared_count", 1))
        .build();
  }

  /** V3 chooses experts by σ and a bias, V2 by softmax; first layers may be dense. */
  static DecoderSpec deepseek2(Hyperparameters h) {
    DecoderSpec.Builder spec = DecoderSpec.plain(h, Position.ROPE_NORM);
    int query = h.integer("attention.key_length_mla", h.keyLength());
    int value = h.integer("attention.value_length_mla", h.valueLength());
    int turned = h.ropeDimensions();
    LatentSpec latent =
        new LatentSpec(
            h.within("attention.head_count", h.headCount(0), 1, 1 << 16),
            h.within("attention.key_length_mla", query, turned + 1, 1 << 16) - turned,
            h.within("attention.value_length_mla", value, 1, 1 << 16),
            h.within("attention.kv_lora_rank", h.integer("attention.kv_lora_rank"), 1, 1 << 16),
            h.within("attention.q_lora_rank", h.integer("attention.q_lora_rank", 0), 0, 1 << 20),
            scale(h, query),
            h.floating("attention.temperature_scale", 0),
            temperatureLength(h),
            spec.rope(0, false),
            spec.norm());
    return spec.mixer(il -> latent)
        .expertsByKeys(Gating.SOFTMAX, false)
        .sharedExperts(h.integer("expert_shared_count", 1))
        .build();
  }

  /** Positions by which a temperature grows; Mistral Large 3 has one. */
  private static int temperatureLength(Hyperparameters h) {
    String key = "attention.temperature_length";
    return h.floating("attention.temperature_scale", 0) == 0
        ? 1
        : h.within(key, h.integer(key), 1, Integer.MAX_VALUE);
  }

  /** 1/√d, and YaRN's lengthening of q and k, which is not applied to what turns alone. */
  private static float scale(Hyperparameters h, int query) {
    float factor = h.notNegative("rope.scaling.factor", 0);
    float log = h.floating("rope.scaling.yarn_log_multiplier", 0);
    double longer = factor > 1 ? 1 + log * Math.log(factor) : 1;
    return (float) (longer * longer / Math.sqrt(query));
  }

  /** Hugging Face's GLM 4.7 Flash. */
  static Checkpoint glmLiteCheckpoint(CheckpointConfig given) {
    return latent(given.withDefaults(Map.of("scoring_func", "sigmoid", "norm_topk_prob", true)))
        .tokenizer(TokenizerKind.GLM4_MOE)
        .build();
  }

  /** Hugging Face's V2 to V3.1, with one latent vector in place of keys and values. */
  static Checkpoint deepseek2Checkpoint(CheckpointConfig given) {
    return latent(given).build();
  }

  private static Checkpoint.Builder latent(CheckpointConfig given) {
    boolean third = given.architectures().contains("DeepseekV3ForCausalLM");
    CheckpointConfig config =
        given
            .with("num_key_value_heads", 1)
            .withDefaults(third ? Map.of("scoring_func", "sigmoid") : Map.of());
    int heads = config.positive("num_attention_heads");
    int rank = config.positiveOr(512, "kv_lora_rank");
    int turned = config.positive("qk_rope_head_dim");
    int still = config.positive("qk_nope_head_dim");
    int value = config.positive("v_head_dim");
    Change heads3 = new Change.Reshape(heads, still + value, rank);
    Checkpoint.Builder deepseek = Checkpoint.plain("deepseek2", config);
    deepseek
        .integer("attention.key_length", rank + turned)
        .integer("attention.value_length", rank)
        .integer(
            "leading_dense_block_count",
            config.countOr(
                config.has("n_routed_experts") ? 0 : deepseek.layers(), "first_k_dense_replace"))
        .integer("vocab_size", "vocab_size")
        .integer("attention.q_lora_rank", "q_lora_rank")
        .integer("attention.kv_lora_rank", rank)
        .integer("attention.key_length_mla", still + turned)
        .integer("attention.value_length_mla", value)
        .integer(
            "expert_feed_forward_length",
            config.positive("moe_intermediate_size", "intermediate_size"))
        .integer("expert_shared_count", config.countOr(0, "n_shared_experts"))
        .number("expert_weights_scale", "routed_scaling_factor");
    if (config.flag("norm_topk_prob", false)) {
      deepseek.flag("expert_weights_norm", true);
    }
    deepseek.integer("rope.dimension_count", turned);
    CheckpointConfig rope = new RopeKeys(config).parameters();
    if (rope.has("mscale_all_dim")) {
      deepseek.number("rope.scaling.yarn_log_multiplier", 0.1 * rope.number("mscale_all_dim"));
    }
    if (config.flag("tie_word_embeddings", false)) {
      deepseek.instead("lm_head").drop("lm_head");
    }
    return deepseek
        .layer("self_attn.q_a_proj", "attn_q_a")
        .layer("self_attn.q_a_layernorm", "attn_q_a_norm")
        .layer("self_attn.q_b_proj", "attn_q_b")
        .layer("self_attn.kv_a_proj_with_mqa", "attn_kv_a_mqa")
        .layer("self_attn.kv_a_layernorm", "attn_kv_a_norm")
        .layer(
            "self_attn.kv_b_proj",
            "attn_k_b",
            heads3,
            Change.range(1, 0, still),
            new Change.Transpose())
        .layer("self_attn.kv_b_proj", "attn_v_b", heads3, Change.range(1, still, still + value));
  }

  /** Hugging Face's first DeepSeek. */
  static Checkpoint deepseekCheckpoint(CheckpointConfig config) {
    int heads = config.positive("num_attention_heads");
    int keyHeads = config.positiveOr(heads, "num_key_value_heads");
    int size = config.positiveOr(config.positive("hidden_size") / heads, "head_dim");
    return Checkpoint.plain("deepseek", config)
        .integer("rope.dimension_count", size)
        .text("rope.scaling.type", "none")
        .integer("leading_dense_block_count", config.countOr(0, "first_k_dense_replace"))
        .integer("vocab_size", "vocab_size")
        .integer("expert_feed_forward_length", config.positive("moe_intermediate_size"))
        .number("expert_weights_scale", 1)
        .integer("expert_count", "n_routed_experts")
        .integer("expert_shared_count", "n_shared_experts")
        .change("attn_q", Change.interleaved(heads, size))
        .change("attn_k", Change.interleaved(keyHeads, size))
        .tokenizer(TokenizerKind.SENTENCE_PIECE)
        .build();
  }
}
