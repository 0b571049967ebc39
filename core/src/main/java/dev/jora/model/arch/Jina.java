package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import java.util.Map;
import java.util.Set;

/** Jina's encoders. */
final class Jina {
  private static final String LAYER = "encoder.layer.*.";

  private Jina() {}

  /** The second: BERT with ALiBi and GELU gates. */
  static DecoderSpec v2(Hyperparameters h) {
    return Bert.common(h, Position.ALIBI).qkNorm(QkNorm.OPTIONAL).gated(Activation.GELU).build();
  }

  /** The third: BERT with RoPE. */
  static DecoderSpec v3(Hyperparameters h) {
    return Bert.common(h, Position.ROPE_NEOX).ungated(Activation.GELU).build();
  }

  /** Hugging Face's second, for texts and for code; gate and up are one matrix there. */
  static Checkpoint v2Checkpoint(CheckpointConfig given) {
    CheckpointConfig config = given.withDefaults(Map.of("layer_norm_eps", 1e-12));
    Bert.require(config, "position_embedding_type", Set.of("alibi"));
    Bert.require(config, "feed_forward_type", Set.of("geglu"));
    int width = config.positive("intermediate_size");
    Change first = Change.range(0, 0, width);
    Change second = Change.range(0, width, 2 * width);
    Checkpoint.Builder jina = Bert.tensors(Bert.encoder("jina-bert-v2", config), LAYER);
    if (Bert.scores(config)) {
      jina.global("pooler.dense", "cls");
    } else {
      jina.drop("pooler.dense");
    }
    return jina.global("classifier", "cls.output")
        .global(LAYER + "mlp.gated_layers", "blk.*.ffn_gate", first)
        .global(LAYER + "mlp.gated_layers", "blk.*.ffn_up", second)
        .global(LAYER + "mlp.wo", "blk.*.ffn_down")
        .global(LAYER + "mlp.layernorm", "blk.*.layer_output_norm")
        .global(LAYER + "attention.self.layer_norm_q", "blk.*.attn_q_norm")
        .global(LAYER + "attention.self.layer_norm_k", "blk.*.attn_k_norm")
        .global(LAYER + "layer_norm_1", "blk.*.attn_norm_2")
        .global(LAYER + "mlp.up_gated_layer", "blk.*.ffn_up", first)
        .global(LAYER + "mlp.up_gated_layer", "blk.*.ffn_gate", second)
        .global(LAYER + "mlp.down_layer", "blk.*.ffn_down")
        .global(LAYER + "layer_norm_2", "blk.*.layer_output_norm")
        .drop("cls.predictions.bias")
        .drop("cls.predictions.transform.dense")
        .drop("cls.predictions.transform.LayerNorm")
        .drop("cls.predictions.decoder")
        .alsoNamed("bert.", "")
        .build();
  }

  /** The third without its adapters, by XLM-RoBERTa's names. */
  static Checkpoint v3Checkpoint(CheckpointConfig given) {
    CheckpointConfig config =
        given.withDefaults(Map.of("layer_norm_eps", 1e-5, "max_position_embeddings", 8194));
    if (!config.has("rope_parameters")) {
      config = config.withDefaults(Map.of("rotary_emb_base", 20000.0));
    }
    return Bert.roberta("jina-bert-v3", config).build();
  }
}
