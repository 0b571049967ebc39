package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;

/** ByteDance Seed OSS. */
final class SeedOss {
  private SeedOss() {}

  /** The norm before the feed-forward block has another name. */
  static DecoderSpec seedOss(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).feedForwardNorm("post_attention_norm").build();
  }

  /** Hugging Face's. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    return Checkpoint.plain("seed_oss", config)
        .instead("post_attention_layernorm", "post_attention_norm")
        .build();
  }
}
