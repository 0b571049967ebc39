package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;

/** StarCoder 2. */
final class StarCoder {
  private StarCoder() {}

  /** Layer norms and biases everywhere, a feed-forward block without gate. */
  static DecoderSpec starcoder2(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .layerNorm()
        .ungated(Activation.GELU)
        .require("attn_output.bias", "ffn_up.bias", "ffn_down.bias")
        .build();
  }

  /** Hugging Face's. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    return Checkpoint.plain("starcoder2", config)
        .layer("mlp.c_fc", "ffn_up")
        .layer("mlp.c_proj", "ffn_down")
        .build();
  }
}
