package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.Pooling;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.TokenizerKind;

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

  /** Nomic's mixture: experts in every other layer, or so; biases, and no gates. */
  static DecoderSpec nomicMoe(Hyperparameters h) {
    return common(h, Position.ROPE_NEOX)
        .ungated(Activation.GELU)
        .experts(Gating.SOFTMAX, false, 1)
        .build();
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
    Activation gate = activation(h, "hidden_activation");
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .encodes()
        .layerNorm()
        .embeddingNorm()
        .gated(gate)
        .window(h.integer("attention.sliding_window", 0), h.windowed(3, true))
        .windowedRopeBase(h.positive("rope.freq_base_swa", 10000))
        .ranks(Pooling.MEAN, Activation.GELU, false)
        .build();
  }

  /** EuroBERT: Llama that looks both ways. */
  static DecoderSpec euro(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).encodes().build();
  }

  private static Activation activation(Hyperparameters h, String key) {
    String name = h.string(key, "gelu");
    return switch (name) {
      case "silu", "swiglu", "swish" -> Activation.SILU;
      case "gelu", "geglu", "gelu_pytorch_tanh", "gelu_new" -> Activation.GELU;
      default -> throw h.fault(key, "gelu or silu", name);
    };
  }

  private static DecoderSpec.Builder common(Hyperparameters h, Position position) {
    return DecoderSpec.plain(h, position)
        .encodes()
        .layerNorm()
        .embeddingNorm()
        .normsBehindAddition();
  }

  /** Hugging Face's BERT, of which the embeddings are used and no head. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    Checkpoint.Builder bert =
        Checkpoint.plain("bert", config).flag("attention.causal", false).pooled();
    for (String model : new String[] {"", "bert."}) {
      String layer = model + "encoder.layer.*.";
      bert.global(model + "embeddings.word_embeddings", "token_embd")
          .global(model + "embeddings.position_embeddings", "position_embd")
          .global(model + "embeddings.token_type_embeddings", "token_types")
          .global(model + "embeddings.LayerNorm", "token_embd_norm")
          .global(layer + "attention.self.query", "blk.*.attn_q")
          .global(layer + "attention.self.key", "blk.*.attn_k")
          .global(layer + "attention.self.value", "blk.*.attn_v")
          .global(layer + "attention.output.dense", "blk.*.attn_output")
          .global(layer + "attention.output.LayerNorm", "blk.*.attn_output_norm")
          .global(layer + "intermediate.dense", "blk.*.ffn_up")
          .global(layer + "output.dense", "blk.*.ffn_down")
          .global(layer + "output.LayerNorm", "blk.*.layer_output_norm")
          .drop(model + "pooler.dense")
          .drop(model + "embeddings.position_ids");
    }
    return bert.drop("cls.predictions.bias")
        .drop("cls.predictions.transform.dense")
        .drop("cls.predictions.transform.LayerNorm")
        .drop("cls.predictions.decoder")
        .drop("cls.seq_relationship")
        .tokenizer(TokenizerKind.BERT)
        .build();
  }
}
