package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.Pooling;
import dev.jora.model.block.AttentionSpec.QkNorm;

/** Encoders of the BERT family: layer norms behind the additions, until ModernBERT. */
final class Bert {
  private Bert() {}

  /** BERT, RoBERTa, XLM-RoBERTa, BGE, E5, MiniLM: learned positions, token types. */
  static DecoderSpec bert(Hyperparameters h) {
    return common(h, Position.LEARNED).ungated(Activation.GELU).build();
  }

  /** Nomic: RoPE, SiLU gates. */
  static DecoderSpec nomic(Hyperparameters h) {
    return common(h, Position.ROPE_NEOX).gated(Activation.SILU).build();
  }

  /** Jina v2: ALiBi, GELU gates. */
  static DecoderSpec jina2(Hyperparameters h) {
    return common(h, Position.ALIBI).qkNorm(QkNorm.OPTIONAL).gated(Activation.GELU).build();
  }

  /** Jina v3: BERT with RoPE. */
  static DecoderSpec jina3(Hyperparameters h) {
    return common(h, Position.ROPE_NEOX).ungated(Activation.GELU).build();
  }

  /** ModernBERT: norms before the sub-layers, windows but in every third layer. */
  static DecoderSpec modern(Hyperparameters h) {
    int period = h.integer("attention.sliding_window_pattern", 3);
    int every = h.within("attention.sliding_window_pattern", period, 1, 1 << 10);
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .encodes()
        .layerNorm()
        .embeddingNorm()
        .gated(Activation.GELU)
        .window(h.integer("attention.sliding_window", 0), il -> il % every != 0)
        .windowedRopeBase(h.positive("rope.freq_base_swa", 10000))
        .ranks(Pooling.MEAN, Activation.GELU, false)
        .build();
  }

  /** EuroBERT: Llama that looks both ways. */
  static DecoderSpec euro(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).encodes().build();
  }

  private static DecoderSpec.Builder common(Hyperparameters h, Position position) {
    return DecoderSpec.plain(h, position)
        .encodes()
        .layerNorm()
        .embeddingNorm()
        .normsBehindAddition();
  }
}
