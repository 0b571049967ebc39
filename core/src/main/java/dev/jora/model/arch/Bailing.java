package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;

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
}
