package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** Baichuan. */
final class Baichuan {
  private Baichuan() {}

  /** RoPE in the 7B; ALiBi in the 13B, which is known by its layers. */
  static DecoderSpec baichuan(Hyperparameters h) {
    return DecoderSpec.plain(h, h.blockCount() == 40 ? Position.ALIBI : Position.ROPE_NORM).build();
  }
}
