package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** Llama 1 to 3, Mistral, Mixtral, SmolLM and all who share their block. */
final class Llama {
  private Llama() {}

  /** The plain block. */
  static DecoderSpec llama(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM).build();
  }

  /** Every fourth layer has no RoPE. */
  static DecoderSpec smollm3(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM).rotated(il -> (il + 1) % 4 != 0).build();
  }
}
