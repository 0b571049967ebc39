package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** Arcee's AFM. */
final class Arcee {
  private Arcee() {}

  /** Squared ReLU without a gate. */
  static DecoderSpec arcee(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM).ungated(Activation.RELU_SQUARED).build();
  }
}
