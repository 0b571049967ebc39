package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.TokenizerKind;

/** OrionStar's Orion. */
final class Orion {
  private Orion() {}

  /** Layer norms. */
  static DecoderSpec orion(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).layerNorm().build();
  }

  /** Orion's own. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    int heads = config.positive("num_attention_heads");
    Checkpoint.Builder orion = Checkpoint.bare("orion", config).usual();
    return orion
        .text("tensor_data_layout", "Meta AI original pth")
        .integer(
            "context_length",
            config.positive("max_sequence_length", "max_position_embeddings", "model_max_length"))
        .integer("embedding_length", config.positive("hidden_size"))
        .integer("block_count", orion.layers())
        .integer("feed_forward_length", config.positive("intermediate_size"))
        .integer("attention.head_count", heads)
        .integer("attention.head_count_kv", config.positiveOr(heads, "num_key_value_heads"))
        .number("attention.layer_norm_epsilon", config.number("rms_norm_eps"))
        .tokenizer(TokenizerKind.SENTENCE_PIECE)
        .build();
  }
}
