package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.BlockSpec;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.CheckpointException;
import dev.jora.model.checkpoint.RopeKeys;
import dev.jora.model.checkpoint.TokenizerKind;
import java.util.List;

/** IBM Granite 3 and 4, MiniCPM: Llama with four multipliers. */
final class Granite {
  private Granite() {}

  /** {@code attention.scale} is read for every architecture. */
  static DecoderSpec granite(Hyperparameters h) {
    return common(h).build();
  }

  /** Granite 4: Mamba 2 where a layer has no key heads. */
  static DecoderSpec hybrid(Hyperparameters h) {
    DecoderSpec.Builder spec = common(h);
    BlockSpec mamba = Mamba.mamba2(h, spec.norm());
    return spec.mixer(il -> h.headCountKv(il) == 0 ? mamba : spec.attention(il)).build();
  }

  /** MiniCPM, whose files of the old kind do not say the multipliers. */
  static DecoderSpec minicpm(Hyperparameters h) {
    return scaled(h, 12, 1.4 / Math.sqrt(h.blockCount()), 256f / h.embeddingLength()).build();
  }

  private static DecoderSpec.Builder common(Hyperparameters h) {
    boolean turns = h.bool("rope.scaling.finetuned", true);
    return scaled(h, 1, 1, 1).rotated(il -> turns);
  }

  private static DecoderSpec.Builder scaled(
      Hyperparameters h, float embedding, double residual, float logits) {
    return DecoderSpec.plain(h, Position.ROPE_NORM)
        .embeddingScale(h.positive("embedding_scale", embedding))
        .residualScale(h.positive("residual_scale", (float) residual))
        .logitScale(1 / h.positive("logit_scale", logits));
  }

  /** Hugging Face's Granite. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    return scaled(Llama.rotated("granite", config.without("head_dim"))).build();
  }

  /** The same with experts, gate and up one behind the other. */
  static Checkpoint moeCheckpoint(CheckpointConfig config) {
    Checkpoint.Builder granite =
        scaled(Llama.rotated("granitemoe", config.without("head_dim")))
            .integer("expert_shared_feed_forward_length", "shared_intermediate_size");
    int width = config.positive("intermediate_size");
    String experts = "block_sparse_moe.";
    int shared = config.countOr(0, "shared_intermediate_size");
    return granite
        .layer(experts + "router.layer", "ffn_gate_inp")
        .layer(experts + "input_linear", "ffn_gate_exps", Change.range(1, 0, width))
        .layer(experts + "input_linear", "ffn_up_exps", Change.range(1, width, 2 * width))
        .layer(experts + "output_linear", "ffn_down_exps")
        .layer("shared_mlp.input_linear", "ffn_gate_shexp", Change.range(0, 0, shared))
        .layer("shared_mlp.input_linear", "ffn_up_shexp", Change.range(0, shared, 2 * shared))
        .layer("shared_mlp.output_linear", "ffn_down_shexp")
        .build();
  }

  private static Checkpoint.Builder scaled(Checkpoint.Builder granite) {
    return granite
        .number("attention.scale", "attention_multiplier")
        .number("embedding_scale", "embedding_multiplier")
        .number("residual_scale", "residual_multiplier")
        .number("logit_scale", "logits_scaling");
  }

  /** MiniCPM 1 and 2: Granite's scales by other names. */
  static Checkpoint minicpmCheckpoint(CheckpointConfig config) {
    int size = config.positive("hidden_size") / config.positive("num_attention_heads");
    RopeKeys keys = new RopeKeys(config);
    CheckpointConfig rope = keys.parameters();
    Checkpoint.Builder minicpm = Llama.rotated("minicpm", config);
    if (rope.has("long_factor")) {
      int longest = config.positive("max_position_embeddings");
      int original = rope.positiveOr(longest, "original_max_position_embeddings");
      minicpm
          .integer("rope.scaling.original_context_length", original)
          .number(
              "rope.scaling.attn_factor",
              keys.attentionFactor((double) longest / original, original))
          .extra("rope_factors_long.weight", RopeKeys.factors(rope, "long_factor", size))
          .extra("rope_factors_short.weight", RopeKeys.factors(rope, "short_factor", size));
    }
    return minicpm
        .without("vocab_size")
        .without("rope.dimension_count")
        .number("embedding_scale", config.number("scale_emb"))
        .number(
            "residual_scale",
            config.number("scale_depth") / Math.sqrt(config.positive("num_hidden_layers")))
        .number(
            "logit_scale",
            (double) config.positive("hidden_size") / config.positive("dim_model_base"))
        .tokenizer(TokenizerKind.SENTENCE_PIECE)
        .build();
  }

  /** Hugging Face's Granite 4: Mamba 2, and attention in some layers. */
  static Checkpoint hybridCheckpoint(CheckpointConfig given) {
    CheckpointConfig config = given.without("head_dim");
    boolean[] attention = attention(config);
    boolean experts = config.countOr(0, "num_local_experts") > 0;
    String plain = experts ? "granitemoe" : "granite";
    boolean mamba = false;
    for (boolean each : attention) {
      mamba |= !each;
    }
    Checkpoint.Builder granite = scaled(Llama.rotated(mamba ? "granitehybrid" : plain, config));
    granite.integer("expert_shared_feed_forward_length", "shared_intermediate_size");
    int shared = config.countOr(0, "shared_intermediate_size");
    String suffix = experts ? "_shexp" : "";
    if (experts) {
      int width = config.positive("intermediate_size");
      granite
          .layer("block_sparse_moe.router.layer", "ffn_gate_inp")
          .layer("block_sparse_moe.input_linear", "ffn_gate_exps", Change.range(1, 0, width))
          .layer("block_sparse_moe.input_linear", "ffn_up_exps", Change.range(1, width, 2 * width))
          .layer("block_sparse_moe.output_linear", "ffn_down_exps");
    }
    granite
        .layer("shared_mlp.input_linear", "ffn_gate" + suffix, Change.range(0, 0, shared))
        .layer("shared_mlp.input_linear", "ffn_up" + suffix, Change.range(0, shared, 2 * shared))
        .layer("shared_mlp.output_linear", "ffn_down" + suffix);
    boolean turned = config.text("position_embedding_type").orElse("").equals("rope");
    return mamba ? withMamba(granite, attention, turned) : granite.build();
  }

  /** Hugging Face's Bamba: the same without multipliers; heads are turned in part. */
  static Checkpoint bambaCheckpoint(CheckpointConfig given) {
    CheckpointConfig config = given.without("head_dim");
    int size = config.positive("hidden_size") / config.positive("num_attention_heads");
    Checkpoint.Builder bamba =
        Llama.rotated("granitehybrid", config, config.positiveOr(size, "attn_rotary_emb"))
            .global("model.final_layernorm", "output_norm")
            .layer("pre_ff_layernorm", "ffn_norm");
    for (String name : new String[] {"gate", "up", "down"}) {
      bamba.layer("feed_forward." + name + "_proj", "ffn_" + name);
    }
    return withMamba(bamba, attention(config), true);
  }

  /** Layers of attention, by their names, their numbers, or a period. */
  private static boolean[] attention(CheckpointConfig config) {
    boolean[] attention = new boolean[config.positive("num_hidden_layers")];
    String key = config.has("layer_types") ? "layer_types" : "layers_block_type";
    if (config.has(key)) {
      List<String> types = config.each(key, attention.length);
      for (int il = 0; il < attention.length; il++) {
        attention[il] = types.get(il).equals("attention") || types.get(il).equals("full_attention");
      }
    } else if (config.has("attn_layer_indices")) {
      for (double il : config.numbers("attn_layer_indices")) {
        if (il < 0 || il >= attention.length || il != (int) il) {
          throw new CheckpointException(
              "attn_layer_indices: expected numbers of %d layers, found %s"
                  .formatted(attention.length, il));
        }
        attention[(int) il] = true;
      }
    } else if (config.has("attn_layer_period")) {
      int period = config.positive("attn_layer_period");
      for (int il = config.countOr(0, "attn_layer_offset"); il < attention.length; il += period) {
        attention[Math.max(0, il)] = true;
      }
    }
    return attention;
  }

  private static Checkpoint withMamba(
      Checkpoint.Builder granite, boolean[] attention, boolean turned) {
    CheckpointConfig config = granite.config();
    int heads = config.positive("mamba_n_heads");
    int inner =
        config.positiveOr(
            config.positiveOr(2, "mamba_expand") * config.positive("hidden_size"), "mamba_d_ssm");
    int groups = config.positiveOr(1, "mamba_n_groups");
    int taps = config.positiveOr(4, "mamba_d_conv");
    int[] keyHeads = new int[granite.layers()];
    for (int il = 0; il < keyHeads.length; il++) {
      keyHeads[il] = attention[il] ? config.positive("num_key_value_heads") : 0;
    }
    granite
        .integer("ssm.conv_kernel", taps)
        .integer("ssm.state_size", config.positive("mamba_d_state"))
        .integer("ssm.group_count", groups)
        .integer("ssm.inner_size", inner)
        .integer("ssm.time_step_rank", heads)
        .integers("attention.head_count_kv", keyHeads)
        .flag("rope.scaling.finetuned", turned);
    if (!turned) {
      granite.integer("context_length", 1 << 20);
    }
    return Mamba.mixer2(granite, "mamba.", taps, groups, inner).build();
  }
}
