package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;

/** OLMo 2 and 3, OLMoE. */
final class Olmo {
  private Olmo() {}

  /** Norms over the whole rows of q and k, and factors of experts as they are. */
  static DecoderSpec olmoe(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .qkNorm(QkNorm.REQUIRED)
        .experts(Gating.SOFTMAX, h.bool("expert_weights_norm", false), 1)
        .build();
  }

  /** Norms after the sub-layers only, and over the whole rows of q and k. */
  static DecoderSpec olmo2(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .postNormOnly()
        .qkNorm(QkNorm.REQUIRED)
        .windowedRopeBase(h.positive("rope.freq_base", 10000)) // which YaRN leaves alone
        .window(h.integer("attention.sliding_window", 0), h.windowed(4, false))
        .build();
  }

  /** Hugging Face's OLMo 2 to 3. */
  static Checkpoint olmo2Checkpoint(CheckpointConfig config) {
    Checkpoint.Builder olmo =
        Checkpoint.plain("olmo2", config)
            .instead("post_attention_layernorm", "post_attention_norm")
            .layer("post_feedforward_layernorm", "post_ffw_norm");
    if (config.has("sliding_window")) {
      olmo.integer("attention.sliding_window", "sliding_window");
      olmo.windowed("sliding_attention");
    }
    return olmo.build();
  }

  /** Hugging Face's OLMoE. */
  static Checkpoint olmoeCheckpoint(CheckpointConfig config) {
    return Checkpoint.plain("olmoe", config)
        .number("attention.layer_norm_rms_epsilon", 1e-5)
        .normalised(false)
        .fusedExperts(config.positive("intermediate_size"))
        .build();
  }
}
