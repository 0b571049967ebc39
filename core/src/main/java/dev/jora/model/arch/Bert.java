package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.Pooling;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.CheckpointException;
import dev.jora.model.checkpoint.TokenizerKind;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** BERT and what differs from it by names only: layer norms behind the additions. */
final class Bert {
  /** Names of the activation that {@link Activation#GELU} is. */
  private static final Set<String> GELUS =
      Set.of("gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python");

  private Bert() {}

  /** BERT, RoBERTa, XLM-RoBERTa, BGE, E5, MiniLM: learned positions, token types. */
  static DecoderSpec bert(Hyperparameters h) {
    return common(h, Position.LEARNED).ungated(Activation.GELU).build();
  }

  /** What all have that norm behind the additions. */
  static DecoderSpec.Builder common(Hyperparameters h, Position position) {
    return DecoderSpec.plain(h, position)
        .encodes()
        .layerNorm()
        .embeddingNorm()
        .normsBehindAddition();
  }

  /** Hugging Face's BERT, of which the pooler is a part of the classifier, if it has one. */
  static Checkpoint checkpoint(CheckpointConfig given) {
    CheckpointConfig config =
        given.withDefaults(Map.of("layer_norm_eps", 1e-12, "max_position_embeddings", 512));
    requireLearned(config);
    Checkpoint.Builder bert = tensors(encoder("bert", config), "encoder.layer.*.");
    if (scores(config)) {
      bert.global("pooler.dense", "cls");
    } else {
      bert.drop("pooler.dense");
    }
    return bert.global("classifier", "cls.output")
        .drop("cls.predictions.bias")
        .drop("cls.predictions.transform.dense")
        .drop("cls.predictions.transform.LayerNorm")
        .drop("cls.predictions.decoder")
        .drop("cls.seq_relationship")
        .alsoNamed("bert.", "")
        .build();
  }

  /** DistilBERT, which has no token types. */
  static Checkpoint distilCheckpoint(CheckpointConfig given) {
    CheckpointConfig config = given.withDefaults(Map.of("max_position_embeddings", 512));
    requireGelu(config, "activation");
    if (scores(config)) {
      throw new CheckpointException(
          "architectures: the classifier of DistilBertForSequenceClassification has a ReLU, where"
              + " those of GGUF files have tanh; take a BERT or RoBERTa, or one without"
              + " classifier");
    }
    String layer = "transformer.layer.*.";
    return encoder("bert", config)
        .number("attention.layer_norm_epsilon", 1e-12)
        .global("embeddings.word_embeddings", "token_embd")
        .global("embeddings.position_embeddings", "position_embd")
        .global("embeddings.LayerNorm", "token_embd_norm")
        .global(layer + "attention.q_lin", "blk.*.attn_q")
        .global(layer + "attention.k_lin", "blk.*.attn_k")
        .global(layer + "attention.v_lin", "blk.*.attn_v")
        .global(layer + "attention.out_lin", "blk.*.attn_output")
        .global(layer + "sa_layer_norm", "blk.*.attn_output_norm")
        .global(layer + "ffn.lin1", "blk.*.ffn_up")
        .global(layer + "ffn.lin2", "blk.*.ffn_down")
        .global(layer + "output_layer_norm", "blk.*.layer_output_norm")
        .drop("embeddings.position_ids")
        .alsoNamed("distilbert.", "")
        .drop("vocab_transform")
        .drop("vocab_layer_norm")
        .drop("vocab_projector")
        .build();
  }

  /** RoBERTa, CamemBERT and XLM-RoBERTa, Jina's third among the last. */
  static Checkpoint robertaCheckpoint(CheckpointConfig config) {
    if (config.has("lora_adaptations")) {
      return Jina.v3Checkpoint(config);
    }
    requireLearned(config);
    return roberta("bert", config).build();
  }

  /** RoBERTa's names; its positions begin behind the padding token's id. */
  static Checkpoint.Builder roberta(String architecture, CheckpointConfig given) {
    CheckpointConfig all =
        given.withDefaults(Map.of("layer_norm_eps", 1e-12, "max_position_embeddings", 512));
    requireGelu(all, "hidden_act");
    int rows = all.positive("max_position_embeddings");
    int first = Math.clamp(all.countOr(1, "pad_token_id") + 1L, 0, rows - 1);
    CheckpointConfig config = all.with("max_position_embeddings", rows - first);
    Checkpoint.Builder roberta = tensors(encoder(architecture, config), "encoder.layer.*.");
    return flash(roberta, "mixer.")
        .change("position_embd", Change.range(0, first, rows))
        .global("classifier.dense", "cls")
        .global("classifier.out_proj", "cls.output")
        .drop("pooler.dense")
        .alsoNamed("roberta.", "")
        .instead("lm_head")
        .drop("lm_head.bias")
        .drop("lm_head.dense")
        .drop("lm_head.layer_norm")
        .drop("lm_head.decoder");
  }

  // ---- what encoders share ---------------------------------------------------------------------

  /** Keys of an encoder: how texts become vectors, or what its classifier's labels are called. */
  static Checkpoint.Builder encoder(String architecture, CheckpointConfig config) {
    Checkpoint.Builder encoder =
        Checkpoint.plain(architecture, config)
            .flag("attention.causal", false)
            .tokenizer(TokenizerKind.ENCODER);
    if (!scores(config)) {
      return encoder.pooled();
    }
    encoder.integer("pooling_type", Pooling.RANK.ordinal());
    List<String> labels = config.labels();
    boolean unnamed = labels.isEmpty() || labels.size() == 2 && labels.contains("LABEL_0");
    return unnamed ? encoder : encoder.texts("classifier.output_labels", labels);
  }

  /** True if it has a classifier. */
  static boolean scores(CheckpointConfig config) {
    return config.architectures().stream()
        .anyMatch(name -> name.endsWith("ForSequenceClassification"));
  }

  /** Hugging Face's names of BERT's tensors. */
  static Checkpoint.Builder tensors(Checkpoint.Builder bert, String layer) {
    return bert.global("embeddings.word_embeddings", "token_embd")
        .global("embeddings.position_embeddings", "position_embd")
        .global("embeddings.token_type_embeddings", "token_types")
        .global("embeddings.LayerNorm", "token_embd_norm")
        .global(layer + "attention.self.query", "blk.*.attn_q")
        .global(layer + "attention.self.key", "blk.*.attn_k")
        .global(layer + "attention.self.value", "blk.*.attn_v")
        .global(layer + "attention.output.dense", "blk.*.attn_output")
        .global(layer + "attention.output.LayerNorm", "blk.*.attn_output_norm")
        .global(layer + "intermediate.dense", "blk.*.ffn_up")
        .global(layer + "output.dense", "blk.*.ffn_down")
        .global(layer + "output.LayerNorm", "blk.*.layer_output_norm")
        .drop("embeddings.position_ids");
  }

  /** Names of those that were written for flash attention: Nomic's, and Jina's later ones. */
  static Checkpoint.Builder flash(Checkpoint.Builder bert, String attention) {
    String layer = "encoder.layers.*.";
    return bert.global("emb_ln", "token_embd_norm")
        .global(layer + attention + "Wqkv", "blk.*.attn_qkv")
        .global(layer + attention + "out_proj", "blk.*.attn_output")
        .global(layer + "norm1", "blk.*.attn_output_norm")
        .global(layer + "mlp.fc1", "blk.*.ffn_up")
        .global(layer + "mlp.fc2", "blk.*.ffn_down")
        .global(layer + "norm2", "blk.*.layer_output_norm");
  }

  private static void requireLearned(CheckpointConfig config) {
    requireGelu(config, "hidden_act");
    require(config, "position_embedding_type", Set.of("absolute"));
  }

  static void requireGelu(CheckpointConfig config, String name) {
    require(config, name, GELUS);
  }

  /** Refuses what the architecture does not compute. */
  static void require(CheckpointConfig config, String name, Set<String> values) {
    config
        .text(name)
        .filter(value -> !values.contains(value))
        .ifPresent(
            value -> {
              throw new CheckpointException(
                  "%s: expected %s, found \"%s\", which no model file of this family has"
                      .formatted(
                          name, String.join(" or ", values.stream().sorted().toList()), value));
            });
  }
}
