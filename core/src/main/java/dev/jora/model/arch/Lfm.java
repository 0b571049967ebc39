package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.block.ShortConvSpec;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import java.util.List;

/** Liquid AI's LFM 2. */
final class Lfm {
  private Lfm() {}

  /**
   * Short convolutions where a layer has no key heads, attention with norms of q and k else; in the
   * 8B experts by σ and a bias.
   */
  static DecoderSpec lfm2(Hyperparameters h) {
    int taps = h.within("shortconv.l_cache", h.integer("shortconv.l_cache"), 2, 1 << 10);
    DecoderSpec.Builder spec =
        DecoderSpec.plain(h, Position.ROPE_NEOX)
            .outputNorm("token_embd_norm")
            .qkNorm(QkNorm.REQUIRED);
    return spec.expertsByKeys(Gating.SIGMOID, true)
        .mixer(il -> h.headCountKv(il) == 0 ? new ShortConvSpec(taps) : spec.attention(il))
        .build();
  }

  /** Hugging Face's. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    return common("lfm2", config).integer("feed_forward_length", feedForward(config)).build();
  }

  private static Checkpoint.Builder common(String architecture, CheckpointConfig config) {
    int taps = config.positive("conv_L_cache");
    Checkpoint.Builder lfm = Checkpoint.plain(architecture, config);
    List<String> types = config.each("layer_types", lfm.layers());
    int[] keyHeads = new int[lfm.layers()];
    for (int il = 0; il < keyHeads.length; il++) {
      keyHeads[il] =
          !types.isEmpty() && types.get(il).equals("full_attention")
              ? config.positive("num_key_value_heads")
              : 0;
    }
    return lfm.integers("attention.head_count_kv", keyHeads)
        .integer("vocab_size", config.positive("vocab_size"))
        .integer("shortconv.l_cache", taps)
        .layer("operator_norm", "attn_norm")
        .layer("ffn_norm", "ffn_norm")
        .global("model.embedding_norm", "token_embd_norm")
        .layer("conv.conv", "shortconv.conv", new Change.Flatten(taps))
        .layer("conv.in_proj", "shortconv.in_proj")
        .layer("conv.out_proj", "shortconv.out_proj")
        .layer("self_attn.out_proj", "attn_output")
        .layer("self_attn.q_layernorm", "attn_q_norm")
        .layer("self_attn.k_layernorm", "attn_k_norm")
        .layer("feed_forward.w1", "ffn_gate")
        .layer("feed_forward.w2", "ffn_down")
        .layer("feed_forward.w3", "ffn_up");
  }

  /** The width that Liquid's own code gives the feed-forward blocks. */
  private static int feedForward(CheckpointConfig config) {
    int width = config.positive("block_ff_dim", "intermediate_size");
    if (!config.flag("block_auto_adjust_ff_dim", false)) {
      return width;
    }
    int part = (int) (config.numberOr(1, "block_ffn_dim_multiplier") * (2 * width / 3));
    int multiple = config.positiveOr(256, "block_multiple_of");
    return (part + multiple - 1) / multiple * multiple;
  }

  /** Hugging Face's with experts. */
  static Checkpoint moeCheckpoint(CheckpointConfig config) {
    Checkpoint.Builder lfm =
        common("lfm2moe", config)
            .integer("leading_dense_block_count", "num_dense_layers")
            .integer("expert_feed_forward_length", config.positive("moe_intermediate_size"))
            .integer("expert_gating_func", 2);
    String experts = Checkpoint.LAYER + "feed_forward.experts.#.";
    return lfm.layer("feed_forward.gate", "ffn_gate_inp")
        .layer("feed_forward.expert_bias", "exp_probs_b.bias")
        .rule(experts + "w1", "blk.*.ffn_gate_exps", lfm.experts(), "lfm")
        .rule(experts + "w2", "blk.*.ffn_down_exps", lfm.experts(), "lfm")
        .rule(experts + "w3", "blk.*.ffn_up_exps", lfm.experts(), "lfm")
        .build();
  }
}
