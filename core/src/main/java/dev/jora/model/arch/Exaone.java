package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import java.util.function.IntPredicate;

/** LG EXAONE. */
final class Exaone {
  private Exaone() {}

  /** EXAONE 3: the plain layer. */
  static DecoderSpec exaone(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).build();
  }

  /** K-EXAONE: norms of q and k, windows, full layers without RoPE; experts, first layers dense. */
  static DecoderSpec moe(Hyperparameters h) {
    IntPredicate windowed = h.windowed(4, false);
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .qkNorm(QkNorm.REQUIRED)
        .window(h.integer("attention.sliding_window", 128), windowed)
        .rotated(windowed)
        .expertsByKeys(Gating.SIGMOID, false)
        .sharedExperts(h.integer("expert_shared_count", 1))
        .build();
  }

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
