package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** Microsoft Phi. */
final class Phi {
  private Phi() {}

  /** Phi 3 to 4: gate and up, and q, k and v, lie in one tensor; RoPE factors for long contexts. */
  static DecoderSpec phi3(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).build();
  }

  /** Phi 1 to 2: parallel sub-layers, biases everywhere, partial RoPE. */
  static DecoderSpec phi2(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .layerNorm()
        .parallel()
        .ungated(Activation.GELU)
        .require("attn_output.bias", "ffn_up.bias", "ffn_down.bias")
        .build();
  }
}
