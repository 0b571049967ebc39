package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.RopeKeys;
import dev.jora.model.checkpoint.TokenizerKind;
import java.util.Map;

/** Llama 1 to 3, Mistral, Mixtral, SmolLM and all who share their block. */
final class Llama {
  private Llama() {}

  /** The plain block. */
  static DecoderSpec llama(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM).build();
  }

  /** Every fourth layer has no RoPE. */
  static DecoderSpec smollm3(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NORM).rotated(il -> (il + 1) % 4 != 0).build();
  }

  /** Hugging Face's, whose q and k are in another order of rows. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    return rotated("llama", withHeads(config)).build();
  }

  /** Mixtral: its experts by its own names, stacked or not. */
  static Checkpoint mixtral(CheckpointConfig config) {
    Checkpoint.Builder mixtral =
        rotated("llama", config)
            .layer("block_sparse_moe.gate", "ffn_gate_inp")
            .fusedExperts(config.positive("intermediate_size"));
    int experts = mixtral.experts();
    return mixtral
        .rule(EXPERT + "w1", "blk.*.ffn_gate_exps", experts, "mixtral")
        .rule(EXPERT + "w2", "blk.*.ffn_down_exps", experts, "mixtral")
        .rule(EXPERT + "w3", "blk.*.ffn_up_exps", experts, "mixtral")
        .build();
  }

  /** SmolLM 3. */
  static Checkpoint smollm3Checkpoint(CheckpointConfig config) {
    return rotated("smollm3", config).build();
  }

  private static final String EXPERT = Checkpoint.LAYER + "block_sparse_moe.experts.#.";

  private static CheckpointConfig withHeads(CheckpointConfig config) {
    int heads = config.positive("num_attention_heads");
    return config.withDefaults(
        Map.of("head_dim", config.positive("hidden_size") / heads, "num_key_value_heads", heads));
  }

  /** What all of the original order of rows have, Llama's tokenizer among it. */
  static Checkpoint.Builder rotated(String architecture, CheckpointConfig config) {
    int heads = config.positive("num_attention_heads", "n_heads");
    int size = config.positiveOr(config.positive("hidden_size") / heads, "head_dim");
    return rotated(architecture, config, size);
  }

  /** The same where only the first {@code turned} rows of a head are turned. */
  static Checkpoint.Builder rotated(String architecture, CheckpointConfig config, int turned) {
    int heads = config.positive("num_attention_heads", "n_heads");
    int size = config.positiveOr(config.positive("hidden_size") / heads, "head_dim");
    int keyHeads = config.positiveOr(heads, "num_key_value_heads", "n_kv_heads");
    Checkpoint.Builder llama =
        Checkpoint.plain(architecture, config)
            .integer("vocab_size", "vocab_size")
            .integer("rope.dimension_count", turned)
            .change("attn_q", Change.interleaved(heads, size, turned))
            .change("attn_k", Change.interleaved(keyHeads, size, turned))
            .tokenizer(TokenizerKind.LLAMA);
    float[] factors = new RopeKeys(config).llama3Factors(turned, 8);
    if (factors != null) {
      llama.extra("rope_freqs.weight", factors);
    }
    return llama;
  }

  /** InternLM 2: q, k and v of a key head lie side by side. */
  static Checkpoint internlm2Checkpoint(CheckpointConfig config) {
    int heads = config.positive("num_attention_heads");
    int keyHeads = config.positiveOr(heads, "num_key_value_heads");
    int size = config.positive("hidden_size") / heads;
    int each = heads / keyHeads;
    int group = (each + 2) * size;
    String fused = "attention.wqkv";
    return Checkpoint.plain("internlm2", config)
        .global("model.tok_embeddings", "token_embd")
        .global("output", "output")
        .layer("attention_norm", "attn_norm")
        .layer("ffn_norm", "ffn_norm")
        .layer("feed_forward.w1", "ffn_gate")
        .layer("feed_forward.w2", "ffn_down")
        .layer("feed_forward.w3", "ffn_up")
        .layer("attention.wo", "attn_output")
        .layer(
            fused,
            "attn_q",
            Change.ofGroups(keyHeads, group, 0, each * size),
            Change.interleaved(heads, size))
        .layer(
            fused,
            "attn_k",
            Change.ofGroups(keyHeads, group, each * size, size),
            Change.interleaved(keyHeads, size))
        .layer(fused, "attn_v", Change.ofGroups(keyHeads, group, (each + 1) * size, size))
        .tokenizer(TokenizerKind.LLAMA)
        .build();
  }

  /** XVERSE. */
  static Checkpoint xverseCheckpoint(CheckpointConfig config) {
    return rotated("xverse", config).text("tensor_data_layout", "Meta AI original pth").build();
  }
}
