package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;

/** LG EXAONE. */
final class Exaone {
  private Exaone() {}

  /** EXAONE 3: the plain layer. */
  static DecoderSpec exaone(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).build();
  }

  /** Norms behind the sub-layers; where there are windows, full layers have no RoPE. */
  static DecoderSpec exaone4(Hyperparameters h) {
    int window = h.integer("attention.sliding_window", 0);
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .postNormOnly()
        .qkNorm(QkNorm.REQUIRED)
        .window(window, il -> il % 4 < 3)
        .rotated(il -> window == 0 || il % 4 < 3)
        .build();
  }
}
