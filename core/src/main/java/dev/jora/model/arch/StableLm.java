package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;

/** StableLM 2. */
final class StableLm {
  private StableLm() {}

  /** Layer norms with bias, partial RoPE; the 12B is parallel and norms q and k. */
  static DecoderSpec stablelm(Hyperparameters h) {
    DecoderSpec.Builder spec =
        DecoderSpec.plain(h, Position.ROPE_NEOX).layerNorm().qkNorm(QkNorm.OPTIONAL);
    return h.bool("use_parallel_residual", false) ? spec.parallel().build() : spec.build();
  }
}
