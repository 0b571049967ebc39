package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** Tencent Hunyuan. */
final class Hunyuan {
  private Hunyuan() {}

  /** Heads are normalised behind RoPE. */
  static DecoderSpec dense(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).qkNormBehindRope().build();
  }
}
