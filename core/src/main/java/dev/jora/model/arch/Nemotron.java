package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** NVIDIA Nemotron 4 and Minitron. */
final class Nemotron {
  private Nemotron() {}

  /** Layer norms whose weights the file holds already + 1, squared ReLU, partial RoPE. */
  static DecoderSpec nemotron(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .layerNorm()
        .ungated(Activation.RELU_SQUARED)
        .build();
  }
}
