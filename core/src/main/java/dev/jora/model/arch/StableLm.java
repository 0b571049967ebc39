package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;

/** StableLM 2. */
final class StableLm {
  private StableLm() {}

  /** Layer norms with bias, partial RoPE; the 12B is parallel and norms q and k. */
  static DecoderSpec stablelm(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .layerNorm()
        .qkNorm(QkNorm.OPTIONAL)
        .parallelUnlessNormed() // files of models that are not parallel say that they are
        .build();
  }

  /** Hugging Face's. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    int width = config.positive("hidden_size");
    int heads = config.positive("num_attention_heads");
    int keyHeads = config.positiveOr(heads, "num_key_value_heads");
    double part =
        config
            .part("rope_parameters")
            .numberOr(
                config.numberOr(0.25, "partial_rotary_factor", "rope_pct"),
                "partial_rotary_factor");
    Checkpoint.Builder stablelm = Checkpoint.bare("stablelm", config).usual();
    return stablelm
        .integer("context_length", config.positive("max_position_embeddings"))
        .integer("embedding_length", width)
        .integer("block_count", stablelm.layers())
        .integer("feed_forward_length", config.positive("intermediate_size"))
        .integer("rope.dimension_count", (int) (part * (width / heads)))
        .integer("attention.head_count", heads)
        .integer("attention.head_count_kv", keyHeads)
        .flag("use_parallel_residual", config.flag("use_parallel_residual", true))
        .number("attention.layer_norm_epsilon", config.number("layer_norm_eps", "norm_eps"))
        .fileType()
        .stack(Checkpoint.LAYER + "self_attn.q_layernorm.norms.#", "blk.*.attn_q_norm", heads)
        .stack(Checkpoint.LAYER + "self_attn.k_layernorm.norms.#", "blk.*.attn_k_norm", keyHeads)
        .build();
  }
}
