package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.Pooling;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.CheckpointException;
import dev.jora.model.checkpoint.TokenizerKind;
import java.util.Map;

/** ModernBERT: norms before the sub-layers, windows but in every third layer. */
final class ModernBert {
  private ModernBert() {}

  /** Gates of GELU, or of SiLU where the file says so. */
  static DecoderSpec modern(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .encodes()
        .layerNorm()
        .embeddingNorm()
        .gated(activation(h))
        .window(h.integer("attention.sliding_window", 0), h.windowed(3, true))
        .windowedRopeBase(h.positive("rope.freq_base_swa", 10000))
        .ranks(Pooling.MEAN, Activation.GELU, false)
        .build();
  }

  private static Activation activation(Hyperparameters h) {
    String key = "hidden_activation";
    String name = h.string(key, "gelu");
    return switch (name) {
      case "silu", "swiglu", "swish" -> Activation.SILU;
      case "gelu", "geglu", "gelu_pytorch_tanh", "gelu_new" -> Activation.GELU;
      default -> throw h.fault(key, "gelu or silu", name);
    };
  }

  /** Hugging Face's. */
  static Checkpoint checkpoint(CheckpointConfig given) {
    CheckpointConfig config = given;
    if (!config.has("rope_parameters")) {
      config =
          config.withDefaults(Map.of("global_rope_theta", 160000.0, "local_rope_theta", 10000.0));
    }
    if (Bert.scores(config)) {
      String read = config.text("classifier_pooling").orElse("cls");
      if (!read.equals("mean")) {
        throw new CheckpointException(
            "classifier_pooling: expected \"mean\", as the classifiers of ModernBERT in GGUF files"
                + " read the mean of all tokens, found \"%s\"".formatted(read));
      }
      Bert.requireGelu(config, "classifier_activation");
    }
    Checkpoint.Builder modern =
        Bert.encoder("modern-bert", config)
            .number(
                "attention.layer_norm_epsilon", config.numberOr(1e-5, "norm_eps", "layer_norm_eps"))
            .integer("attention.sliding_window", config.countOr(128, "local_attention"));
    if (config.has("global_attn_every_n_layers") || !config.has("layer_types")) {
      modern.integer(
          "attention.sliding_window_pattern", config.positiveOr(3, "global_attn_every_n_layers"));
    } else {
      modern.windowed("sliding_attention");
    }
    modern
        .text("rope.scaling.type", "none")
        .integer("vocab_size", "vocab_size")
        .text("hidden_activation", config.text("hidden_activation").orElse("gelu"));
    if (Bert.scores(config)) {
      modern
          .global("head.dense", "cls")
          .global("head.norm", "cls.norm")
          .global("classifier", "cls.output");
    } else {
      modern.drop("head.dense").drop("head.norm");
    }
    String layer = "layers.*.";
    return modern
        .global("embeddings.tok_embeddings", "token_embd")
        .global("embeddings.norm", "token_embd_norm")
        .global(layer + "attn_norm", "blk.*.attn_norm")
        .global(layer + "attn.Wqkv", "blk.*.attn_qkv")
        .global(layer + "attn.Wo", "blk.*.attn_output")
        .global(layer + "mlp_norm", "blk.*.ffn_norm")
        .global(layer + "mlp.Wi", "blk.*.ffn_up")
        .global(layer + "mlp.Wo", "blk.*.ffn_down")
        .global("final_norm", "output_norm")
        .drop("decoder")
        .alsoNamed("model.", "")
        .tokenizer(TokenizerKind.MODERN_BERT)
        .build();
  }
}
