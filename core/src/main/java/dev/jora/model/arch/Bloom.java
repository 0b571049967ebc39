package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** BigScience Bloom. */
final class Bloom {
  private Bloom() {}

  /** ALiBi, a norm behind the embeddings, layer norms and biases everywhere. */
  static DecoderSpec bloom(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ALIBI)
        .embeddingNorm()
        .layerNorm()
        .ungated(Activation.GELU)
        .require("attn_output.bias", "ffn_up.bias", "ffn_down.bias")
        .build();
  }
}
