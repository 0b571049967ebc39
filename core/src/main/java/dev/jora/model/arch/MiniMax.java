package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;

/** MiniMax M2. */
final class MiniMax {
  private MiniMax() {}

  /** Norms over the whole rows of q and k, partial RoPE, experts by σ and a bias. */
  static DecoderSpec m2(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .qkNorm(QkNorm.REQUIRED)
        .expertsByKeys(Gating.SIGMOID, true)
        .build();
  }
}
