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
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .layerNorm()
        .qkNorm(QkNorm.OPTIONAL)
        .parallelUnlessNormed() // files of models that are not parallel say that they are
        .build();
  }
}
