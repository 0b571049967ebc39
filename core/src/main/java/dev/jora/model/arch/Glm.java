package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;

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
}
