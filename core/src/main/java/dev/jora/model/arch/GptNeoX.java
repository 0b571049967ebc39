package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;

/** EleutherAI's GPT-NeoX and Pythia. */
final class GptNeoX {
  private GptNeoX() {}

  /** Layer norms and biases everywhere, partial RoPE; mostly parallel, each with its own norm. */
  static DecoderSpec gptneox(Hyperparameters h) {
    DecoderSpec.Builder spec =
        DecoderSpec.plain(h, Position.ROPE_NEOX)
            .layerNorm()
            .ungated(Activation.GELU)
            .require("attn_output.bias", "ffn_up.bias", "ffn_down.bias", "ffn_norm.weight");
    return h.bool("use_parallel_residual", true) ? spec.parallel().build() : spec.build();
  }

  /** Hugging Face's: q, k and v of a head lie side by side. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    int width = config.positive("hidden_size");
    int heads = config.positive("num_attention_heads");
    double part =
        config
            .part("rope_parameters")
            .numberOr(
                config.numberOr(0.25, "rotary_pct", "partial_rotary_factor"),
                "partial_rotary_factor");
    Checkpoint.Builder neox = Checkpoint.bare("gptneox", config);
    String layer = "gpt_neox.layers.*.";
    return neox.integer("context_length", config.positive("max_position_embeddings"))
        .integer("embedding_length", width)
        .integer("block_count", neox.layers())
        .integer("feed_forward_length", config.positive("intermediate_size"))
        .integer("rope.dimension_count", (int) (part * (width / heads)))
        .integer("attention.head_count", heads)
        .flag("use_parallel_residual", config.flag("use_parallel_residual", true))
        .number("attention.layer_norm_epsilon", config.number("layer_norm_eps"))
        .global("gpt_neox.embed_in", "token_embd")
        .global("gpt_neox.final_layer_norm", "output_norm")
        .global("embed_out", "output")
        .global(layer + "input_layernorm", "blk.*.attn_norm")
        .global(layer + "post_attention_layernorm", "blk.*.ffn_norm")
        .global(
            layer + "attention.query_key_value",
            "blk.*.attn_qkv",
            Change.grouped(heads, 3, width / heads))
        .global(layer + "attention.dense", "blk.*.attn_output")
        .global(layer + "mlp.dense_h_to_4h", "blk.*.ffn_up")
        .global(layer + "mlp.dense_4h_to_h", "blk.*.ffn_down")
        .drop(layer + "attention.bias")
        .drop(layer + "attention.masked_bias")
        .build();
  }
}
