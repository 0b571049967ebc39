package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** Tencent Hunyuan. */
final class Hunyuan {
  private Hunyuan() {}

  /** The same with experts and a shared one. */
  static DecoderSpec moe(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .qkNormBehindRope()
        .experts(Gating.SOFTMAX, true, 1)
        .build();
  }

  /** Heads are normalised behind RoPE. */
  static DecoderSpec dense(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).qkNormBehindRope().build();
  }
}
