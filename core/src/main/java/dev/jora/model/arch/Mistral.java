package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.CheckpointException;
import dev.jora.model.checkpoint.RopeKeys;

/** Mistral's models since 2025; those before are Llama's. */
final class Mistral {
  private Mistral() {}

  /** Ministral 3: queries that grow with their position. */
  static DecoderSpec mistral3(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM)
        .temperature(h.floating("attention.temperature_scale", 0))
        .build();
  }

  /** Hugging Face's Ministral 3, and the text part of Mistral Small 3.1, which is Llama's. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    String kind = config.text("model_type").orElse("ministral3");
    if (kind.equals("mistral4")) {
      throw new CheckpointException(
          "model_type: expected ministral3 or mistral, found \"mistral4\", which jora does not"
              + " run");
    }
    if (kind.equals("mistral")) {
      return Llama.rotated("mistral3", config).build();
    }
    CheckpointConfig rope = new RopeKeys(config).parameters();
    return Llama.rotated("mistral3", config)
        .number(
            "rope.scaling.yarn_log_multiplier",
            rope.numberOr(config.numberOr(1, "mscale_all_dim"), "mscale_all_dim"))
        .number(
            "attention.temperature_scale",
            rope.numberOr(config.numberOr(0.1, "llama_4_scaling_beta"), "llama_4_scaling_beta"))
        .build();
  }
}
