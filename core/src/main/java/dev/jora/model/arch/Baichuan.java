package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.TokenizerKind;

/** Baichuan. */
final class Baichuan {
  private Baichuan() {}

  /** RoPE in the 7B; ALiBi in the 13B, which is known by its layers. */
  static DecoderSpec baichuan(Hyperparameters h) {
    return DecoderSpec.plain(h, h.blockCount() == 40 ? Position.ALIBI : Position.ROPE_NORM).build();
  }

  /** Baichuan's own: q, k and v in one matrix, to be turned as Llama's. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    int width = config.positive("hidden_size");
    int heads = config.positive("num_attention_heads");
    int keyHeads = config.positiveOr(heads, "num_key_value_heads");
    int size = width / heads;
    int k = keyHeads * size;
    return Checkpoint.plain("baichuan", config)
        .text("tensor_data_layout", "Meta AI original pth")
        .integer("rope.dimension_count", size)
        .layer(
            "self_attn.W_pack",
            "attn_q",
            Change.range(0, 0, width),
            Change.interleaved(heads, size))
        .layer(
            "self_attn.W_pack",
            "attn_k",
            Change.range(0, width, width + k),
            Change.interleaved(keyHeads, size))
        .layer("self_attn.W_pack", "attn_v", Change.range(0, width + k, width + 2 * k))
        .tokenizer(TokenizerKind.SENTENCE_PIECE)
        .build();
  }
}
