package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;

/** OLMo 2 and 3. */
final class Olmo {
  private Olmo() {}

  /** Norms after the sub-layers only, and over the whole rows of q and k. */
  static DecoderSpec olmo2(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .postNormOnly()
        .qkNorm(QkNorm.REQUIRED)
        .window(h.integer("attention.sliding_window", 0), h.windowed(4, false))
        .build();
  }
}
