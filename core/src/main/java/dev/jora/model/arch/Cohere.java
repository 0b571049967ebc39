package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import java.util.function.IntPredicate;

/** Command R and Cohere 2: layer norms, parallel sub-layers, scaled logits. */
final class Cohere {
  private Cohere() {}

  /** Command R; R+ has norms of q and k. */
  static DecoderSpec commandR(Hyperparameters h) {
    return common(h).qkNorm(QkNorm.OPTIONAL).build();
  }

  /** Three windowed layers with RoPE to one full layer without. */
  static DecoderSpec cohere2(Hyperparameters h) {
    IntPredicate windowed = h.windowed(4, false);
    return common(h)
        .window(h.integer("attention.sliding_window", 4096), windowed)
        .rotated(windowed)
        .build();
  }

  private static DecoderSpec.Builder common(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM)
        .layerNorm()
        .parallel()
        .logitScale(h.positive("logit_scale", 1));
  }

  /** Hugging Face's Command R. */
  static Checkpoint commandRCheckpoint(CheckpointConfig config) {
    return Checkpoint.plain("command-r", config)
        .integer("context_length", "model_max_length", "max_position_embeddings")
        .number("logit_scale", config.number("logit_scale"))
        .text("rope.scaling.type", "none")
        .build();
  }

  /** Hugging Face's Command R7B. */
  static Checkpoint cohere2Checkpoint(CheckpointConfig config) {
    int size = config.positive("hidden_size") / config.positive("num_attention_heads");
    return Checkpoint.plain("cohere2", config)
        .number("logit_scale", config.number("logit_scale"))
        .integer("attention.sliding_window", "sliding_window")
        .integer("vocab_size", "vocab_size")
        .integer("rope.dimension_count", (int) (config.numberOr(1, "rotary_pct") * size))
        .text("rope.scaling.type", "none")
        .build();
  }
}
