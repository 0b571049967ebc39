package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** ByteDance Seed OSS. */
final class SeedOss {
  private SeedOss() {}

  /** Biases on q, k, v. */
  static DecoderSpec seedOss(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .feedForwardNorm("post_attention_norm")
        .require("attn_q.bias", "attn_k.bias", "attn_v.bias")
        .build();
  }
}
