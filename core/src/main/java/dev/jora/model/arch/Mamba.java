package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.Mamba2Spec;
import dev.jora.model.block.MambaSpec;
import dev.jora.model.block.NormSpec;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.TokenizerKind;

/** State-space models. */
final class Mamba {
  private Mamba() {}

  /** jora's own, where Falcon Mamba's norms of steps have another ε than its layers'. */
  private static final String STEP_EPSILON = "ssm.dt_b_c_rms_epsilon";

  /** Mamba 1, and Falcon Mamba: no attention, no feed-forward blocks. */
  static DecoderSpec mamba(Hyperparameters h) {
    DecoderSpec.Builder spec = DecoderSpec.plain(h, Position.NONE).withoutFeedForward();
    MambaSpec mamba = mamba(h, spec.norm());
    return spec.mixer(il -> mamba).build();
  }

  /** Jamba: attention without RoPE where a layer has key heads; dense blocks, or experts. */
  static DecoderSpec jamba(Hyperparameters h) {
    DecoderSpec.Builder spec =
        DecoderSpec.plain(h, Position.NONE).experts(Gating.SOFTMAX, false, 1);
    MambaSpec mamba = mamba(h, spec.norm());
    return spec.mixer(il -> h.headCountKv(il) == 0 ? mamba : spec.attention(il)).build();
  }

  private static MambaSpec mamba(Hyperparameters h, NormSpec norm) {
    return new MambaSpec(
        h.within("ssm.inner_size", h.integer("ssm.inner_size"), 1, 1 << 24),
        h.within("ssm.state_size", h.integer("ssm.state_size"), 1, 1 << 16),
        h.within("ssm.conv_kernel", h.integer("ssm.conv_kernel"), 2, 1 << 10),
        h.within("ssm.time_step_rank", h.integer("ssm.time_step_rank"), 1, 1 << 24),
        h.bool("ssm.dt_b_c_rms", false),
        new NormSpec(norm.kind(), h.positive(STEP_EPSILON, norm.eps())));
  }

  /** Mamba 2. */
  static DecoderSpec mamba2(Hyperparameters h) {
    DecoderSpec.Builder spec = DecoderSpec.plain(h, Position.NONE).withoutFeedForward();
    Mamba2Spec mamba = mamba2(h, spec.norm());
    return spec.mixer(il -> mamba).build();
  }

  /** The sub-layer that others have too. */
  static Mamba2Spec mamba2(Hyperparameters h, NormSpec norm) {
    int inner = h.within("ssm.inner_size", h.integer("ssm.inner_size"), 1, 1 << 24);
    int heads = h.divisor("ssm.time_step_rank", h.integer("ssm.time_step_rank"), inner);
    return new Mamba2Spec(
        inner,
        h.within("ssm.state_size", h.integer("ssm.state_size"), 1, 1 << 16),
        h.within("ssm.conv_kernel", h.integer("ssm.conv_kernel"), 2, 1 << 10),
        heads,
        h.divisor("ssm.group_count", h.integer("ssm.group_count"), heads),
        norm);
  }

  /** Hugging Face's Mamba. */
  static Checkpoint mambaCheckpoint(CheckpointConfig config) {
    int width = config.positive("hidden_size", "d_model");
    int inner = config.positiveOr(2 * width, "intermediate_size", "d_inner");
    int rank = config.positiveOr((width + 15) / 16, "time_step_rank", "dt_rank");
    boolean falcon = config.text("model_type").orElse("").equals("falcon_mamba");
    double epsilon = config.numberOr(1e-5, "layer_norm_epsilon", "rms_norm_eps");
    double stepEpsilon = falcon ? config.numberOr(epsilon, "mixer_rms_eps") : epsilon;
    Checkpoint.Builder mamba = stateSpace("mamba", config);
    mamba
        .integer("ssm.conv_kernel", config.positiveOr(4, "conv_kernel", "d_conv"))
        .integer("ssm.inner_size", inner)
        .integer("ssm.state_size", config.positiveOr(16, "state_size", "d_state"))
        .integer("ssm.time_step_rank", rank)
        .number("attention.layer_norm_rms_epsilon", epsilon)
        .flag("ssm.dt_b_c_rms", falcon);
    if (stepEpsilon != epsilon) {
      mamba.number(STEP_EPSILON, stepEpsilon);
    }
    return mamba
        .fileType()
        .layer("mixer.A_log", "ssm_a", new Change.NegativeExp())
        .layer("mixer.D", "ssm_d")
        .layer("mixer.x_proj", "ssm_x")
        .layer("mixer.dt_proj", "ssm_dt")
        .alsoNamed("backbone.", "model.")
        .build();
  }

  /** Hugging Face's Mamba 2. */
  static Checkpoint mamba2Checkpoint(CheckpointConfig config) {
    int width = config.positive("hidden_size", "d_model");
    int inner =
        config.positiveOr(
            (int) (config.numberOr(2, "expand") * width), "intermediate_size", "d_inner");
    int groups = config.positiveOr(1, "n_groups");
    int size = config.positiveOr(64, "head_dim");
    Change column = new Change.Reshape(-1, 1);
    return stateSpace("mamba2", config)
        .integer("ssm.conv_kernel", config.positiveOr(4, "conv_kernel", "d_conv"))
        .integer("ssm.inner_size", inner)
        .integer("ssm.state_size", config.positiveOr(128, "state_size", "d_state"))
        .integer("ssm.time_step_rank", inner / size)
        .integer("ssm.group_count", groups)
        .number(
            "attention.layer_norm_rms_epsilon",
            config.numberOr(1e-5, "layer_norm_epsilon", "rms_norm_eps"))
        .fileType()
        .layer("mixer.A_log", "ssm_a", new Change.NegativeExp(), column)
        .layer("mixer.D", "ssm_d", column)
        .layer("mixer.dt_bias", "ssm_dt.bias")
        .layer("mixer.norm", "ssm_norm", new Change.Reshape(groups, inner / groups))
        .alsoNamed("backbone.", "model.")
        .build();
  }

  private static Checkpoint.Builder stateSpace(String architecture, CheckpointConfig config) {
    int taps = config.positiveOr(4, "conv_kernel", "d_conv");
    Checkpoint.Builder mamba = Checkpoint.bare(architecture, config);
    if (config.flag("tie_word_embeddings", architecture.equals("mamba"))) {
      mamba.drop("lm_head");
    } else {
      mamba.global("lm_head", "output");
    }
    return mamba
        .integer("context_length", 1 << 20)
        .integer("embedding_length", config.positive("hidden_size", "d_model"))
        .integer("feed_forward_length", 0)
        .integer("attention.head_count", 0)
        .integer("block_count", mamba.layers())
        .global("model.embeddings", "token_embd")
        .global("model.embedding", "token_embd")
        .global("model.norm_f", "output_norm")
        .layer("norm", "attn_norm")
        .layer("mixer.in_proj", "ssm_in")
        .layer("mixer.conv1d", "ssm_conv1d", new Change.Flatten(taps))
        .layer("mixer.out_proj", "ssm_out")
        .paddedVocabulary(config.positiveOr(8, "pad_vocab_size_multiple"));
  }

  /** Tensors of Mamba 2 within a layer of another model, its name before them: {@code mamba.}. */
  static Checkpoint.Builder mixer2(
      Checkpoint.Builder model, String name, int taps, int groups, int inner) {
    Change column = new Change.Reshape(-1, 1);
    return model
        .layer(name + "in_proj", "ssm_in")
        .layer(name + "conv1d", "ssm_conv1d", new Change.Flatten(taps))
        .layer(name + "dt_bias", "ssm_dt.bias")
        .layer(name + "A_log", "ssm_a", new Change.NegativeExp(), column)
        .layer(name + "D", "ssm_d", column)
        .layer(name + "norm", "ssm_norm", new Change.Reshape(groups, inner / groups))
        .layer(name + "out_proj", "ssm_out");
  }

  /** Hugging Face's Jamba. */
  static Checkpoint jambaCheckpoint(CheckpointConfig config) {
    int width = config.positive("hidden_size", "mamba_d_model");
    int taps = config.positiveOr(4, "mamba_d_conv");
    int offset = config.countOr(4, "attn_layer_offset");
    int period = config.positiveOr(8, "attn_layer_period");
    Checkpoint.Builder jamba = Checkpoint.bare("jamba", config).usual();
    int[] keyHeads = new int[jamba.layers()];
    for (int il = offset; il < keyHeads.length; il += period) {
      keyHeads[il] = config.positive("num_key_value_heads");
    }
    jamba
        .integer("block_count", jamba.layers())
        .integer("context_length", config.positive("max_position_embeddings", "n_ctx"))
        .integer("embedding_length", width)
        .integer("feed_forward_length", config.positive("intermediate_size"))
        .integer("attention.head_count", config.positive("num_attention_heads"))
        .integers("attention.head_count_kv", keyHeads)
        .integer("ssm.conv_kernel", taps)
        .integer("ssm.inner_size", (long) config.positiveOr(2, "mamba_expand") * width)
        .integer("ssm.state_size", config.positiveOr(16, "mamba_d_state"))
        .integer("ssm.time_step_rank", config.positiveOr((width + 15) / 16, "mamba_dt_rank"))
        .number(
            "attention.layer_norm_rms_epsilon",
            config.numberOr(1e-6, "layer_norm_epsilon", "rms_norm_eps"))
        .integer("expert_count", config.positive("num_experts"))
        .integer("expert_used_count", config.positive("num_experts_per_tok"))
        .fileType();
    for (String name : new String[] {"gate", "up", "down"}) {
      jamba.layer("feed_forward." + name + "_proj", "ffn_" + name);
    }
    for (String name : new String[] {"down", "gate", "up"}) {
      jamba.experts("feed_forward.experts.#." + name + "_proj", "ffn_" + name + "_exps");
    }
    return jamba
        .layer("feed_forward.router", "ffn_gate_inp")
        .layer("pre_ff_layernorm", "ffn_norm")
        .global("model.final_layernorm", "output_norm")
        .layer("mamba.in_proj", "ssm_in")
        .layer("mamba.conv1d", "ssm_conv1d", new Change.Flatten(taps))
        .layer("mamba.x_proj", "ssm_x")
        .layer("mamba.dt_proj", "ssm_dt")
        .layer("mamba.A_log", "ssm_a", new Change.NegativeExp())
        .layer("mamba.D", "ssm_d")
        .layer("mamba.dt_layernorm", "ssm_dt_norm")
        .layer("mamba.b_layernorm", "ssm_b_norm")
        .layer("mamba.c_layernorm", "ssm_c_norm")
        .layer("mamba.out_proj", "ssm_out")
        .tokenizer(TokenizerKind.SENTENCE_PIECE)
        .build();
  }
}
