package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.TokenizerKind;

/** Baidu Ernie. */
final class Ernie {
  private Ernie() {}

  /** Ernie 4.5 with experts, chosen by a bias too; first layers are dense. */
  static DecoderSpec ernie45moe(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM)
        .experts(Gating.SOFTMAX, true, 1)
        .sharedExperts(h.integer("expert_shared_count", 1))
        .build();
  }

  /** Ernie 4.5, dense. */
  static DecoderSpec ernie45(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM).build();
  }

  /** Hugging Face's ERNIE 4.5. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    return Checkpoint.plain("ernie4_5", config)
        .alsoNamed("ernie.", "model.")
        .tokenizer(TokenizerKind.ERNIE)
        .build();
  }

  /** Hugging Face's ERNIE 4.5 with experts; layers that guess ahead are left out. */
  static Checkpoint moeCheckpoint(CheckpointConfig config) {
    Checkpoint.Builder ernie =
        Checkpoint.plain("ernie4_5-moe", config)
            .integer("expert_count", "moe_num_experts")
            .integer("expert_used_count", "moe_k")
            .integer("interleave_moe_layer_step", "moe_layer_interval")
            .integer("leading_dense_block_count", "moe_layer_start_index")
            .integer("expert_feed_forward_length", "moe_intermediate_size")
            .integer("expert_shared_count", "moe_num_shared_experts");
    int shared = config.positiveOr(0, "moe_num_shared_experts");
    if (shared > 0 && config.has("intermediate_size") && config.has("num_key_value_heads")) {
      ernie.integer(
          "expert_shared_feed_forward_length",
          config.positive("intermediate_size") / config.positive("num_key_value_heads"));
    }
    String experts = Checkpoint.LAYER + "mlp.experts.#.";
    for (String part : new String[] {"down", "gate", "up"}) {
      ernie.instead(experts + part + "_proj");
    }
    for (String part : new String[] {"gate", "up", "down"}) {
      ernie.rule(experts + part + "_proj", "blk.*.ffn_" + part + "_exps", ernie.experts(), "ernie");
    }
    return ernie
        .layer("mlp.moe_statics.e_score_correction", "exp_probs_b")
        .drop("model.mtp_block.*")
        .alsoNamed("ernie.", "model.")
        .tokenizer(TokenizerKind.ERNIE)
        .build();
  }
}
