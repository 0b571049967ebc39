package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** Mistral's models since 2025; those before are Llama's. */
final class Mistral {
  private Mistral() {}

  /** Ministral 3: YaRN, and queries that grow with their position; both are read for all. */
  static DecoderSpec mistral3(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM).build();
  }
}
