package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.BlockSpec;
import dev.jora.model.block.SumSpec;
import java.util.List;

/** TII Falcon. */
final class Falcon {
  private Falcon() {}

  /** Falcon H1: Mamba 2 and attention side by side. */
  static DecoderSpec h1(Hyperparameters h) {
    DecoderSpec.Builder spec = DecoderSpec.plain(h, Position.ROPE_NEOX);
    BlockSpec mamba = Mamba.mamba2(h, spec.norm());
    return spec.mixer(il -> new SumSpec(List.of(spec.attention(il), mamba))).build();
  }

  /** Layer norms, parallel sub-layers: one norm for both (7B), or {@code attn_norm_2} (40B). */
  static DecoderSpec falcon(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .layerNorm()
        .parallel()
        .ungated(Activation.GELU)
        .build();
  }
}
