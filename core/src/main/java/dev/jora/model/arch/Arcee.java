package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;

/** Arcee's AFM. */
final class Arcee {
  private Arcee() {}

  /** Squared ReLU without a gate. */
  static DecoderSpec arcee(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM).ungated(Activation.RELU_SQUARED).build();
  }

  /** Hugging Face's. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    return Llama.rotated("arcee", config).build();
  }
}
