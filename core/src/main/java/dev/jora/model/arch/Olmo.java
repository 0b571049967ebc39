package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;

/** OLMo 2 and 3, OLMoE. */
final class Olmo {
  private Olmo() {}

  /** Norms over the whole rows of q and k, and factors of experts as they are. */
  static DecoderSpec olmoe(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .qkNorm(QkNorm.REQUIRED)
        .experts(Gating.SOFTMAX, false, 1)
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
}
