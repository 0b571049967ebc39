package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** IBM Granite 3: Llama with four multipliers. */
final class Granite {
  private Granite() {}

  /** {@code attention.scale} is read for every architecture. */
  static DecoderSpec granite(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM)
        .embeddingScale(h.positive("embedding_scale", 1))
        .residualScale(h.positive("residual_scale", 1))
        .logitScale(1 / h.positive("logit_scale", 1))
        .build();
  }
}
