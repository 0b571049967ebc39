package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** Baidu Ernie. */
final class Ernie {
  private Ernie() {}

  /** Ernie 4.5, dense. */
  static DecoderSpec ernie45(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM).build();
  }
}
