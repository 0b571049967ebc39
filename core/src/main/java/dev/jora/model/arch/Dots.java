package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;

/** Dots 1, of rednote. */
final class Dots {
  private Dots() {}

  /** Norms of q and k; experts by σ and a bias, with some shared; first layers are dense. */
  static DecoderSpec dots1(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .qkNorm(QkNorm.REQUIRED)
        .expertsByKeys(Gating.SIGMOID, false)
        .sharedExperts(h.integer("expert_shared_count", 1))
        .build();
  }

  /** Hugging Face's. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    return Checkpoint.plain("dots1", config)
        .integer("expert_feed_forward_length", "moe_intermediate_size")
        .integer("leading_dense_block_count", config.countOr(0, "first_k_dense_replace"))
        .integer("expert_shared_count", "n_shared_experts")
        .number("expert_weights_scale", config.numberOr(1, "routed_scaling_factor"))
        .flag("expert_weights_norm", config.flag("norm_topk_prob", false))
        .build();
  }
}
