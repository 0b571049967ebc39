package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.BlockSpec;
import dev.jora.model.block.SumSpec;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.CheckpointException;
import java.util.List;

/** TII Falcon. */
final class Falcon {
  private Falcon() {}

  /** Falcon H1: Mamba 2 and attention side by side. */
  static DecoderSpec h1(Hyperparameters h) {
    DecoderSpec.Builder spec = DecoderSpec.plain(h, Position.ROPE_NEOX);
    BlockSpec mamba = Mamba.mamba2(h, spec.norm());
    return spec.mixer(il -> new SumSpec(List.of(spec.attention(il), mamba))).build();
  }

  /** Layer norms, parallel sub-layers: one norm for both (7B), or {@code attn_norm_2} (40B). */
  static DecoderSpec falcon(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .layerNorm()
        .parallel()
        .ungated(Activation.GELU)
        .build();
  }

  /** Hugging Face's Falcon: q, k and v of a key head lie side by side. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    if (config.flag("alibi", false)) {
      throw new CheckpointException(
          "alibi: expected false: Falcon's models with ALiBi (Falcon RW) are not run");
    }
    int width = config.positive("hidden_size");
    int heads = config.positive("num_attention_heads", "n_head");
    boolean single =
        config.flag("multi_query", true) && !config.flag("new_decoder_architecture", false);
    int keyHeads = single ? 1 : config.positiveOr(heads, "num_kv_heads", "n_head_kv");
    int size = width / heads;
    int each = heads / keyHeads;
    int group = (each + 2) * size;
    Change apart =
        Change.joined(
            Change.ofGroups(keyHeads, group, 0, each * size),
            Change.ofGroups(keyHeads, group, each * size, size),
            Change.ofGroups(keyHeads, group, (each + 1) * size, size));
    Checkpoint.Builder falcon = Checkpoint.bare("falcon", config);
    String layer = "transformer.h.*.";
    return falcon
        .integer("context_length", 2048)
        .text("tensor_data_layout", "jploski")
        .integer("embedding_length", width)
        .integer("feed_forward_length", 4L * width)
        .integer("block_count", falcon.layers())
        .integer("attention.head_count", heads)
        .integer("attention.head_count_kv", keyHeads)
        .number("attention.layer_norm_epsilon", config.number("layer_norm_epsilon"))
        .fileType()
        .global("transformer.word_embeddings", "token_embd")
        .global("transformer.ln_f", "output_norm")
        .global("lm_head", "output")
        .global(layer + "input_layernorm", "blk.*.attn_norm")
        .global(layer + "ln_mlp", "blk.*.attn_norm")
        .global(layer + "ln_attn", "blk.*.attn_norm_2")
        .global(layer + "mlp.dense_4h_to_h", "blk.*.ffn_down")
        .global(layer + "mlp.dense_h_to_4h", "blk.*.ffn_up")
        .global(layer + "self_attention.dense", "blk.*.attn_output")
        .global(layer + "self_attention.query_key_value", "blk.*.attn_qkv", apart)
        .build();
  }

  /** Hugging Face's Falcon H1, whose multipliers go into the weights. */
  static Checkpoint h1Checkpoint(CheckpointConfig config) {
    int inner = config.positive("mamba_d_ssm");
    int groups = config.positiveOr(1, "mamba_n_groups");
    int states = config.positive("mamba_d_state");
    int taps = config.positiveOr(4, "mamba_d_conv");
    int heads = inner / config.positive("mamba_d_head");
    int size = config.positive("head_dim");
    double attention = config.numberOr(1, "attention_in_multiplier");
    Checkpoint.Builder falcon =
        Checkpoint.bare("falcon-h1", config)
            .usual()
            .integer("context_length", config.positive("max_position_embeddings"))
            .integer("embedding_length", config.positive("hidden_size"))
            .integer("feed_forward_length", config.positive("intermediate_size"))
            .integer("attention.head_count", config.positive("num_attention_heads"));
    falcon
        .integer("block_count", falcon.layers())
        .integer("ssm.conv_kernel", taps)
        .integer("ssm.inner_size", inner)
        .integer("ssm.state_size", states)
        .integer("ssm.time_step_rank", heads)
        .integer("ssm.group_count", groups)
        .number("attention.layer_norm_rms_epsilon", config.number("rms_norm_eps"))
        .fileType()
        .integer("vocab_size", config.positive("vocab_size"))
        .integer("attention.head_count_kv", config.positive("num_key_value_heads"))
        .integer("attention.key_length", size)
        .integer("attention.value_length", size)
        .number(
            "rope.freq_base",
            config
                .part("rope_parameters")
                .numberOr(config.numberOr(10000, "rope_theta"), "rope_theta"));
    double[] mlp = config.has("mlp_multipliers") ? config.numbers("mlp_multipliers") : ONES;
    double[] ssm = config.has("ssm_multipliers") ? config.numbers("ssm_multipliers") : ONES;
    Mamba.mixer2(falcon, "mamba.", taps, groups, inner)
        .layer("feed_forward.gate_proj", "ffn_gate", Change.Scale.of(mlp[0]))
        .layer("feed_forward.up_proj", "ffn_up")
        .layer("feed_forward.down_proj", "ffn_down", Change.Scale.of(mlp[1]))
        .layer("pre_ff_layernorm", "ffn_norm")
        .global("model.final_layernorm", "output_norm");
    return falcon
        .change("attn_q", Change.Scale.of(attention))
        .change("attn_k", Change.Scale.of(attention * config.numberOr(1, "key_multiplier")))
        .change("attn_v", Change.Scale.of(attention))
        .change("attn_output", Change.Scale.of(config.numberOr(1, "attention_out_multiplier")))
        .change("ssm_out", Change.Scale.of(config.numberOr(1, "ssm_out_multiplier")))
        .change(
            "ssm_in",
            Change.Scale.of(config.numberOr(1, "ssm_in_multiplier")),
            Change.Scale.rows(ssm, inner, inner, groups * states, groups * states, heads))
        .change("output", Change.Scale.of(config.numberOr(1, "lm_head_multiplier")))
        .change("token_embd", Change.Scale.of(config.numberOr(1, "embedding_multiplier")))
        .build();
  }

  private static final double[] ONES = {1, 1, 1, 1, 1};
}
