package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.Pooling;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.block.DeltaSpec;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.TokenizerKind;
import java.util.List;

/** Qwen 1.5 to 3: NEOX RoPE; biases on q, k, v at first, norms of q and k later. */
final class Qwen {
  private Qwen() {}

  /** Files of llama.cpp's do not say it, as all that are known do as their kind. */
  private static final String NORMALISED = "expert_weights_norm";

  /** Biases on q, k, v, where the file has them. */
  static DecoderSpec qwen2(Hyperparameters h) {
    return plain(h).build();
  }

  /** Experts whose probabilities stay as they are, and a gated shared expert. */
  static DecoderSpec qwen2moe(Hyperparameters h) {
    return plain(h).experts(Gating.SOFTMAX, h.bool(NORMALISED, false), 1).build();
  }

  /** Norms of q and k, head by head. */
  static DecoderSpec qwen3(Hyperparameters h) {
    return normed(h).build();
  }

  /** The same with experts. */
  static DecoderSpec qwen3moe(Hyperparameters h) {
    return normed(h).experts(Gating.SOFTMAX, h.bool(NORMALISED, true), 1).build();
  }

  /**
   * Qwen 3.5, with experts or without: gated delta nets, and every fourth layer attention with
   * gated heads.
   */
  static DecoderSpec qwen35(Hyperparameters h) {
    return delta(h, false);
  }

  /** The same in Qwen3-Next's order of heads. */
  static DecoderSpec qwen3next(Hyperparameters h) {
    return delta(h, true);
  }

  private static DecoderSpec delta(Hyperparameters h, boolean together) {
    DecoderSpec.Builder spec = normed(h).feedForwardNorm("post_attention_norm").gatedHeads();
    int inner = h.within("ssm.inner_size", h.integer("ssm.inner_size"), 1, 1 << 24);
    int heads = h.divisor("ssm.time_step_rank", h.integer("ssm.time_step_rank"), inner);
    DeltaSpec delta =
        new DeltaSpec(
            h.divisor("ssm.group_count", h.integer("ssm.group_count"), heads),
            heads,
            h.within("ssm.state_size", h.integer("ssm.state_size"), 1, 1 << 16),
            inner / heads,
            h.within("ssm.conv_kernel", h.integer("ssm.conv_kernel"), 2, 1 << 10),
            together,
            spec.norm());
    int interval =
        h.within("full_attention_interval", h.integer("full_attention_interval", 4), 1, 1 << 10);
    boolean[] recurrent =
        h.perLayerBools("attention.recurrent_layers", il -> (il + 1) % interval != 0);
    return spec.mixer(il -> recurrent[il] ? delta : spec.attention(il)).build();
  }

  private static DecoderSpec.Builder plain(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX);
  }

  private static DecoderSpec.Builder normed(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .qkNorm(QkNorm.REQUIRED)
        .ranks(Pooling.LAST, null, true);
  }

  /** Hugging Face's Qwen 1.5 to 2.5. */
  static Checkpoint qwen2Checkpoint(CheckpointConfig config) {
    return Checkpoint.plain("qwen2", config).tokenizer(TokenizerKind.SENTENCE_PIECE).build();
  }

  /** The same with experts. */
  static Checkpoint qwen2moeCheckpoint(CheckpointConfig config) {
    return mixture("qwen2moe", config).normalised(false).build();
  }

  /** What Qwen3-Reranker reads of a question and a document, as its authors have it. */
  private static final String RERANK =
      """
      <|im_start|>system
      Judge whether the Document meets the requirements based on the Query and the Instruct \
      provided. Note that the answer can only be "yes" or "no".<|im_end|>
      <|im_start|>user
      <Instruct>: Given a web search query, retrieve relevant passages that answer the query
      <Query>: {query}
      <Document>: {document}<|im_end|>
      <|im_start|>assistant
      <think>

      </think>

      """;

  /** Hugging Face's Qwen 3; of Qwen3-Reranker two rows of the output are the classifier. */
  static Checkpoint qwen3Checkpoint(CheckpointConfig config) {
    Checkpoint.Builder qwen =
        Checkpoint.plain("qwen3", config).tokenizer(TokenizerKind.SENTENCE_PIECE);
    if (!config.has(CheckpointConfig.YES)) {
      return qwen.build();
    }
    Change answers =
        new Change.Take(
            0, config.integer(CheckpointConfig.YES), config.integer(CheckpointConfig.NO));
    if (config.flag("tie_word_embeddings", false)) {
      qwen.instead("model.embed_tokens")
          .global("model.embed_tokens", "cls.output", answers)
          .global("model.embed_tokens", "token_embd");
    } else {
      qwen.instead("lm_head").global("lm_head", "cls.output", answers);
    }
    return qwen.integer("pooling_type", Pooling.RANK.ordinal())
        .texts("classifier.output_labels", List.of("yes", "no"))
        .text("tokenizer.chat_template.rerank", RERANK)
        .texts("tokenizer.chat_templates", List.of("rerank"))
        .build();
  }

  /** The same with experts. */
  static Checkpoint qwen3moeCheckpoint(CheckpointConfig config) {
    return mixture("qwen3moe", config).normalised(true).build();
  }

  private static Checkpoint.Builder mixture(String architecture, CheckpointConfig config) {
    return Checkpoint.plain(architecture, config)
        .integer("expert_feed_forward_length", "moe_intermediate_size")
        .integer("expert_shared_feed_forward_length", "shared_expert_intermediate_size")
        .fusedExperts(config.positiveOr(0, "moe_intermediate_size"));
  }

  /** Hugging Face's Qwen3-Next: q, k, v and gates of a key head lie side by side. */
  static Checkpoint qwen3nextCheckpoint(CheckpointConfig config) {
    DeltaHeads heads = DeltaHeads.of(config);
    return delta(mixture("qwen3next", config), heads)
        .layer("linear_attn.in_proj_qkvz", "attn_qkv", heads.qkvOfGroups())
        .layer("linear_attn.in_proj_qkvz", "attn_gate", heads.gatesOfGroups())
        .layer("linear_attn.in_proj_ba", "ssm_ba")
        .layer("linear_attn.A_log", "ssm_a", new Change.NegativeExp())
        .layer("linear_attn.dt_bias", "ssm_dt.bias")
        .layer("linear_attn.conv1d", "ssm_conv1d", heads.flatConvolution())
        .layer("linear_attn.out_proj", "ssm_out")
        .build();
  }

  /** Hugging Face's Qwen 3.5: value heads come in another order. */
  static Checkpoint qwen35Checkpoint(CheckpointConfig config) {
    boolean experts = config.has("num_experts", "num_local_experts");
    DeltaHeads heads = DeltaHeads.of(config);
    Change values = heads.tiled(1, 0);
    Checkpoint.Builder qwen =
        experts ? mixture("qwen35moe", config) : Checkpoint.plain("qwen35", config);
    delta(qwen.ahead(), heads)
        .aheadKey()
        .layer("linear_attn.in_proj_qkv", "attn_qkv", heads.tiledValues())
        .layer("linear_attn.in_proj_z", "attn_gate", heads.tiled(heads.valueSize(), 0))
        .layer("linear_attn.in_proj_a", "ssm_alpha", values)
        .layer("linear_attn.in_proj_b", "ssm_beta", values)
        .layer("linear_attn.A_log", "ssm_a", new Change.NegativeExp(), values)
        .layer("linear_attn.dt_bias", "ssm_dt.bias", values)
        .layer("linear_attn.conv1d", "ssm_conv1d", heads.flatConvolution(), heads.tiledValues())
        .layer(
            "linear_attn.out_proj",
            "ssm_out",
            new Change.Take(1, heads.tiled(heads.valueSize(), 0).slices()));
    if (!config.part("rope_parameters").has("mrope_section")) {
      qwen.integers("rope.dimension_sections", 11, 11, 10, 0);
    }
    return qwen.build();
  }

  private static Checkpoint.Builder delta(Checkpoint.Builder qwen, DeltaHeads heads) {
    CheckpointConfig config = qwen.config();
    int headSize =
        config.positiveOr(
            config.positive("hidden_size") / config.positive("num_attention_heads"), "head_dim");
    double part =
        config
            .part("rope_parameters")
            .numberOr(config.numberOr(0.25, "partial_rotary_factor"), "partial_rotary_factor");
    qwen.integer("ssm.conv_kernel", config.positive("linear_conv_kernel_dim"))
        .integer("ssm.state_size", config.positive("linear_key_head_dim"))
        .integer("ssm.group_count", heads.keys())
        .integer("ssm.time_step_rank", heads.values())
        .integer("ssm.inner_size", heads.values() * heads.valueSize());
    int interval = config.positiveOr(4, "full_attention_interval");
    int trunk = config.positive("num_hidden_layers");
    List<String> types = config.each("layer_types", trunk);
    boolean[] recurrent = new boolean[qwen.layers()];
    for (int il = 0; il < trunk; il++) {
      recurrent[il] =
          types.isEmpty() ? (il + 1) % interval != 0 : types.get(il).equals("linear_attention");
    }
    return qwen.flags("attention.recurrent_layers", recurrent)
        .integer("full_attention_interval", interval)
        .integer("rope.dimension_count", (int) (headSize * part))
        .instead("post_attention_layernorm", "post_attention_norm")
        .normsPlusOne()
        .layer("linear_attn.norm", "ssm_norm");
  }

  /**
   * Heads of a gated delta net.
   *
   * @param keys heads of q and k
   * @param values heads of v, a multiple of {@code keys}
   */
  private record DeltaHeads(int keys, int keySize, int values, int valueSize, int taps) {
    static DeltaHeads of(CheckpointConfig config) {
      return new DeltaHeads(
          config.positive("linear_num_key_heads"),
          config.positive("linear_key_head_dim"),
          config.positive("linear_num_value_heads"),
          config.positive("linear_value_head_dim"),
          config.positive("linear_conv_kernel_dim"));
    }

    private int each() {
      return values / keys;
    }

    /** Rows of one key head of Qwen3-Next: q, k, its values, their gates. */
    private int group() {
      return 2 * keySize + 2 * each() * valueSize;
    }

    Change qkvOfGroups() {
      return Change.joined(
          ofGroups(0, keySize), ofGroups(keySize, keySize), ofGroups(2 * keySize, valuesOfGroup()));
    }

    Change gatesOfGroups() {
      return ofGroups(2 * keySize + valuesOfGroup(), valuesOfGroup());
    }

    private int valuesOfGroup() {
      return each() * valueSize;
    }

    private Change.Take ofGroups(int from, int size) {
      return Change.ofGroups(keys, group(), from, size);
    }

    /** The value heads, {@code size} rows of each, key head by key head within a round. */
    Change.Take tiled(int size, int from) {
      return Change.tiled(values, each(), size, from);
    }

    /** Slices of q and k as they are, those of v in the order of {@link #tiled}. */
    Change.Take tiledValues() {
      int before = 2 * keys * keySize;
      return Change.joined(Change.range(0, 0, before), tiled(valueSize, before));
    }

    Change flatConvolution() {
      return new Change.Flatten(taps);
    }
  }

  /** The text part of Qwen 2 to 2.5 VL. */
  static Checkpoint qwen2vlCheckpoint(CheckpointConfig config) {
    return Checkpoint.plain("qwen2vl", config).build();
  }

  /** The text part of Qwen 3 VL. */
  static Checkpoint qwen3vlCheckpoint(CheckpointConfig config) {
    return deep(Checkpoint.plain("qwen3vl", config)).build();
  }

  /** The same with experts. */
  static Checkpoint qwen3vlmoeCheckpoint(CheckpointConfig config) {
    int width = config.positive("moe_intermediate_size");
    String fused = "mlp.experts.gate_up_proj";
    Change upright = new Change.Upright(2 * width); // as the hub has them, or transformers writes
    return deep(Checkpoint.plain("qwen3vlmoe", config))
        .integer("expert_feed_forward_length", width)
        .layer(fused, "ffn_gate_exps.weight", upright, Change.range(1, 0, width))
        .layer(fused, "ffn_up_exps.weight", upright, Change.range(1, width, 2 * width))
        .layer(
            "mlp.experts.down_proj",
            "ffn_down_exps.weight",
            new Change.Upright(config.positive("hidden_size")))
        .build();
  }

  private static Checkpoint.Builder deep(Checkpoint.Builder qwen) {
    return qwen.integer(
        "n_deepstack_layers", qwen.config().part("vision_config").size("deepstack_visual_indexes"));
  }
}
