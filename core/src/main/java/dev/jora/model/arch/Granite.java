package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.BlockSpec;

/** IBM Granite 3 and 4, MiniCPM: Llama with four multipliers. */
final class Granite {
  private Granite() {}

  /** {@code attention.scale} is read for every architecture. */
  static DecoderSpec granite(Hyperparameters h) {
    return common(h).build();
  }

  /** Granite 4: Mamba 2 where a layer has no key heads. */
  static DecoderSpec hybrid(Hyperparameters h) {
    DecoderSpec.Builder spec = common(h);
    BlockSpec mamba = Mamba.mamba2(h, spec.norm());
    return spec.mixer(il -> h.headCountKv(il) == 0 ? mamba : spec.attention(il)).build();
  }

  /** MiniCPM, whose files of the old kind do not say the multipliers. */
  static DecoderSpec minicpm(Hyperparameters h) {
    return scaled(h, 12, 1.4 / Math.sqrt(h.blockCount()), 256f / h.embeddingLength()).build();
  }

  private static DecoderSpec.Builder common(Hyperparameters h) {
    boolean turns = h.bool("rope.scaling.finetuned", true);
    return scaled(h, 1, 1, 1).rotated(il -> turns);
  }

  private static DecoderSpec.Builder scaled(
      Hyperparameters h, float embedding, double residual, float logits) {
    return DecoderSpec.plain(h, Position.ROPE_NORM)
        .embeddingScale(h.positive("embedding_scale", embedding))
        .residualScale(h.positive("residual_scale", (float) residual))
        .logitScale(1 / h.positive("logit_scale", logits));
  }
}
