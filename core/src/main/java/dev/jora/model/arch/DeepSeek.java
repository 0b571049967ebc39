package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.LatentSpec;

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
}
