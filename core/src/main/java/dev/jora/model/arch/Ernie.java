package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** Baidu Ernie. */
final class Ernie {
  private Ernie() {}

  /** Ernie 4.5 with experts, chosen by a bias too; first layers are dense. */
  static DecoderSpec ernie45moe(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM)
        .experts(Gating.SOFTMAX, true, 1)
        .sharedExperts(h.integer("expert_shared_count", 1))
        .build();
  }

  /** Ernie 4.5, dense. */
  static DecoderSpec ernie45(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM).build();
  }
}
