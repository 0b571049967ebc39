package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** Mistral's models since 2025; those before are Llama's. */
final class Mistral {
  private Mistral() {}

  /** Ministral 3: queries that grow with their position. */
  static DecoderSpec mistral3(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM)
        .temperature(h.floating("attention.temperature_scale", 0))
        .build();
  }
}
