package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.block.ShortConvSpec;

/** Liquid AI's LFM 2. */
final class Lfm {
  private Lfm() {}

  /**
   * Short convolutions where a layer has no key heads, attention with norms of q and k else; in the
   * 8B experts by σ and a bias.
   */
  static DecoderSpec lfm2(Hyperparameters h) {
    int taps = h.within("shortconv.l_cache", h.integer("shortconv.l_cache"), 2, 1 << 10);
    DecoderSpec.Builder spec =
        DecoderSpec.plain(h, Position.ROPE_NEOX)
            .outputNorm("token_embd_norm")
            .qkNorm(QkNorm.REQUIRED);
    return spec.expertsByKeys(Gating.SIGMOID, true)
        .mixer(il -> h.headCountKv(il) == 0 ? new ShortConvSpec(taps) : spec.attention(il))
        .build();
  }
}
