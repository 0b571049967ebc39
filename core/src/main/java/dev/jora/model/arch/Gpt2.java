package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** GPT-2. */
final class Gpt2 {
  private Gpt2() {}

  /** Learned positions, layer norms and biases everywhere. */
  static DecoderSpec gpt2(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.LEARNED)
        .layerNorm()
        .ungated(Activation.GELU)
        .require("attn_output.bias", "ffn_up.bias", "ffn_down.bias")
        .build();
  }
}
