package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;

/** MiniMax M2. */
final class MiniMax {
  private MiniMax() {}

  /** Norms over the whole rows of q and k, partial RoPE, experts by σ and a bias. */
  static DecoderSpec m2(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .qkNorm(QkNorm.REQUIRED)
        .expertsByKeys(Gating.SIGMOID, true)
        .build();
  }

  /** Hugging Face's MiniMax M2. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    Checkpoint.Builder minimax =
        Checkpoint.plain("minimax-m2", config)
            .integer("expert_feed_forward_length", config.positive("intermediate_size"))
            .integer("rope.dimension_count", config.positive("rotary_dim"));
    String experts = Checkpoint.LAYER + "block_sparse_moe.experts.#.";
    return minimax
        .layer("block_sparse_moe.gate", "ffn_gate_inp")
        .layer("block_sparse_moe.e_score_correction", "exp_probs_b")
        .rule(experts + "w1", "blk.*.ffn_gate_exps", minimax.experts(), "minimax")
        .rule(experts + "w2", "blk.*.ffn_down_exps", minimax.experts(), "minimax")
        .rule(experts + "w3", "blk.*.ffn_up_exps", minimax.experts(), "minimax")
        .build();
  }
}
