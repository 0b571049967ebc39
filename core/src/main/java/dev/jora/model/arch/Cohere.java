package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import java.util.function.IntPredicate;

/** Command R and Cohere 2: layer norms, parallel sub-layers, scaled logits. */
final class Cohere {
  private Cohere() {}

  /** Command R; R+ has norms of q and k. */
  static DecoderSpec commandR(Hyperparameters h) {
    return common(h).qkNorm(QkNorm.OPTIONAL).build();
  }

  /** Three windowed layers with RoPE to one full layer without. */
  static DecoderSpec cohere2(Hyperparameters h) {
    IntPredicate windowed = h.windowed(4, false);
    return common(h)
        .window(h.integer("attention.sliding_window", 4096), windowed)
        .rotated(windowed)
        .build();
  }

  private static DecoderSpec.Builder common(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM)
        .layerNorm()
        .parallel()
        .logitScale(h.positive("logit_scale", 1));
  }
}
