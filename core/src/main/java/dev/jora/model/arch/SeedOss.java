package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** ByteDance Seed OSS. */
final class SeedOss {
  private SeedOss() {}

  /** The norm before the feed-forward block has another name. */
  static DecoderSpec seedOss(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).feedForwardNorm("post_attention_norm").build();
  }
}
