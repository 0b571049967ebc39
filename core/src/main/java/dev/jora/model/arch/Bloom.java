package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;

/** BigScience Bloom. */
final class Bloom {
  private Bloom() {}

  /** ALiBi, a norm behind the embeddings, layer norms and biases everywhere. */
  static DecoderSpec bloom(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ALIBI)
        .embeddingNorm()
        .layerNorm()
        .ungated(Activation.GELU)
        .require("attn_output.bias", "ffn_up.bias", "ffn_down.bias")
        .build();
  }

  /** Hugging Face's: q, k and v of a head lie side by side. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    int width = config.positive("hidden_size", "n_embed");
    int heads = config.positive("n_head", "num_attention_heads");
    Checkpoint.Builder bloom = Checkpoint.bare("bloom", config);
    for (String model : new String[] {"transformer.", ""}) {
      String layer = model + "h.*.";
      bloom
          .global(model + "word_embeddings", "token_embd")
          .global(model + "word_embeddings_layernorm", "token_embd_norm")
          .global(model + "ln_f", "output_norm")
          .global(layer + "input_layernorm", "blk.*.attn_norm")
          .global(
              layer + "self_attention.query_key_value",
              "blk.*.attn_qkv",
              Change.grouped(heads, 3, width / heads))
          .global(layer + "self_attention.dense", "blk.*.attn_output")
          .global(layer + "post_attention_layernorm", "blk.*.ffn_norm")
          .global(layer + "mlp.dense_h_to_4h", "blk.*.ffn_up")
          .global(layer + "mlp.dense_4h_to_h", "blk.*.ffn_down");
    }
    return bloom
        .global("lm_head", "output")
        .integer("context_length", config.countOr(width, "seq_length"))
        .integer("embedding_length", width)
        .integer("feed_forward_length", 4L * width)
        .integer("block_count", bloom.layers())
        .integer("attention.head_count", heads)
        .integer("attention.head_count_kv", heads)
        .number("attention.layer_norm_epsilon", config.number("layer_norm_epsilon"))
        .fileType()
        .build();
  }
}
