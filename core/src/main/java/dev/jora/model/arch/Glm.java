package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** GLM-4 of 2025. */
final class Glm {
  private Glm() {}

  /** Norms around the sub-layers, partial RoPE; gate and up lie in one tensor. */
  static DecoderSpec glm4(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM).postNorm().build();
  }
}
