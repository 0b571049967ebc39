package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;

/** GPT-2. */
final class Gpt2 {
  private Gpt2() {}

  /** Learned positions, layer norms and biases everywhere. */
  static DecoderSpec gpt2(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.LEARNED)
        .layerNorm()
        .ungated(Activation.GELU)
        .require("attn_output.bias", "ffn_up.bias", "ffn_down.bias")
        .build();
  }

  /** Hugging Face's GPT-2, whose matrices are transposed. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    Checkpoint.Builder gpt2 = Checkpoint.bare("gpt2", config);
    for (String model : new String[] {"transformer.", ""}) {
      String layer = model + "h.*.";
      gpt2.global(model + "wte", "token_embd")
          .global(model + "wpe", "position_embd")
          .global(model + "ln_f", "output_norm")
          .global(layer + "ln_1", "blk.*.attn_norm")
          .global(layer + "attn.c_attn", "blk.*.attn_qkv", new Change.Transpose())
          .global(layer + "attn.c_proj", "blk.*.attn_output", new Change.Transpose())
          .global(layer + "ln_2", "blk.*.ffn_norm")
          .global(layer + "mlp.c_fc", "blk.*.ffn_up", new Change.Transpose())
          .global(layer + "mlp.c_proj", "blk.*.ffn_down", new Change.Transpose())
          .drop(layer + "attn.bias")
          .drop(layer + "attn.masked_bias");
    }
    int width = config.positive("n_embd");
    return gpt2.global("lm_head", "output")
        .integer("block_count", gpt2.layers())
        .integer("context_length", config.positive("n_ctx", "n_positions"))
        .integer("embedding_length", width)
        .integer("feed_forward_length", 4L * width)
        .integer("attention.head_count", config.positive("n_head"))
        .number("attention.layer_norm_epsilon", config.number("layer_norm_epsilon"))
        .fileType()
        .build();
  }
}
