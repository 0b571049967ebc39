package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import java.util.function.IntPredicate;

/** LG EXAONE. */
final class Exaone {
  private Exaone() {}

  /** Norms behind the sub-layers; where there are windows, full layers have no RoPE. */
  static DecoderSpec exaone4(Hyperparameters h) {
    int window = h.integer("attention.sliding_window", 0);
    IntPredicate windowed = h.windowed(4, false);
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .postNormOnly()
        .qkNorm(QkNorm.REQUIRED)
        .window(window, windowed)
        .rotated(il -> window == 0 || windowed.test(il))
        .build();
  }
}
