package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** TII Falcon. */
final class Falcon {
  private Falcon() {}

  /** Layer norms, parallel sub-layers: one norm for both (7B), or {@code attn_norm_2} (40B). */
  static DecoderSpec falcon(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .layerNorm()
        .parallel()
        .ungated(Activation.GELU)
        .build();
  }
}
