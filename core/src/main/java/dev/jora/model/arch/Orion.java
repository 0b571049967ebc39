package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** OrionStar's Orion. */
final class Orion {
  private Orion() {}

  /** Layer norms. */
  static DecoderSpec orion(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).layerNorm().build();
  }
}
