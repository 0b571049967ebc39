package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.kernel.Activation;
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
import java.util.Arrays;
import java.util.List;

/** NVIDIA Nemotron 4, Minitron, Nemotron-H and Nemotron 3. */
final class Nemotron {
  private Nemotron() {}

  /**
   * One sub-layer to a layer: attention without RoPE where there are key heads, a block of squared
   * ReLUs or experts of them where there is a width, Mamba 2 else.
   */
  static DecoderSpec hybrid(Hyperparameters h) {
    DecoderSpec.Builder spec =
        DecoderSpec.plain(h, Position.NONE)
            .ungated(Activation.RELU_SQUARED)
            .expertsByKeys(Gating.SIGMOID, false)
            .sharedExperts(h.integer("expert_shared_count", 1))
            .withoutFeedForward();
    BlockSpec mamba = Mamba.mamba2(h, spec.norm());
    return spec.mixer(
            il ->
                h.feedForwardLength(il) > 0
                    ? spec.feedForward(il)
                    : h.headCountKv(il) > 0 ? spec.attention(il) : mamba)
        .build();
  }

  /** Layer norms whose weights the file holds already + 1, squared ReLU, partial RoPE. */
  static DecoderSpec nemotron(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .layerNorm()
        .ungated(Activation.RELU_SQUARED)
        .build();
  }

  /** Hugging Face's Nemotron 3 and 4: norms lack their 1. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    int width = config.positive("hidden_size", "n_embd");
    int heads = config.positive("num_attention_heads", "n_head");
    RopeKeys rope = new RopeKeys(config);
    double part =
        rope.parameters()
            .numberOr(
                config.numberOr(0.5, "partial_rotary_factor", "rope_pct"), "partial_rotary_factor");
    boolean linear = rope.type().equals("linear") && rope.parameters().has("factor");
    Checkpoint.Builder nemotron =
        Checkpoint.plain("nemotron", config)
            .integer("vocab_size", "vocab_size")
            .number(
                "attention.layer_norm_epsilon",
                config.number("layer_norm_eps", "norm_eps", "layer_norm_epsilon"))
            .integer("rope.dimension_count", (int) (part * width) / heads)
            .text("rope.scaling.type", linear ? "linear" : "none");
    if (linear) {
      nemotron.number("rope.scaling.factor", rope.parameters().number("factor"));
    }
    return nemotron.normsPlusOne().tokenizer(TokenizerKind.NEMOTRON).build();
  }

  /** What the layers of Nemotron-H are, by the letters and words of its configurations. */
  private enum Layer {
    MAMBA("M", "mamba", "linear_attention"),
    ATTENTION("*", "attention", "full_attention"),
    DENSE("-", "mlp"),
    EXPERTS("E", "moe");

    private final List<String> names;

    Layer(String... names) {
      this.names = List.of(names);
    }

    static Layer of(String key, String name) {
      return Arrays.stream(values())
          .filter(layer -> layer.names.contains(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new CheckpointException(
                      key
                          + ": expected M (mamba), * (attention), - (mlp) or E (moe) for each"
                          + " layer, found \""
                          + name
                          + '"'));
    }

    static List<Layer> all(CheckpointConfig config) {
      String pattern = "hybrid_override_pattern";
      if (config.has(pattern)) {
        return config
            .text(pattern)
            .orElseThrow()
            .chars()
            .mapToObj(c -> of(pattern, Character.toString(c)))
            .toList();
      }
      return config.texts("layers_block_type").stream()
          .map(name -> of("layers_block_type", name))
          .toList();
    }
  }

  /** Hugging Face's Nemotron-H, Nemotron Nano 2 and 3: one sub-layer to a layer. */
  static Checkpoint hybridCheckpoint(CheckpointConfig given) {
    List<Layer> kinds = Layer.all(given);
    if (kinds.isEmpty()) {
      throw new CheckpointException(
          "hybrid_override_pattern or layers_block_type: expected what each layer is, found none");
    }
    if (given.has("moe_latent_size")) {
      throw new CheckpointException(
          "moe_latent_size: experts of projected rows are not known; jora converts Nemotron 3 Nano,"
              + " whose experts have none");
    }
    boolean experts = kinds.contains(Layer.EXPERTS);
    CheckpointConfig config = given.with("num_hidden_layers", kinds.size()).without("head_dim");
    int heads = config.positive("num_attention_heads");
    int keyHeads = config.positive("num_key_value_heads");
    int width = config.positive("hidden_size");
    int size = given.positiveOr(width / heads, "head_dim", "attention_head_dim");
    int taps = config.positiveOr(4, "conv_kernel");
    int groups = config.positiveOr(8, "n_groups");
    int mambaHeads = config.positive("mamba_num_heads");
    int inner = mambaHeads * config.positive("mamba_head_dim");
    Layer wide = experts ? Layer.EXPERTS : Layer.DENSE;
    int feedForward = config.positive(experts ? "moe_intermediate_size" : "intermediate_size");
    Checkpoint.Builder nemotron =
        Checkpoint.general(experts ? "nemotron_h_moe" : "nemotron_h", config)
            .integer("vocab_size", "vocab_size")
            .integer("rope.dimension_count", width / heads)
            .number(
                "attention.layer_norm_rms_epsilon",
                config.numberOr(1e-5, "rms_norm_eps", "norm_eps", "layer_norm_epsilon"))
            .integer("ssm.conv_kernel", taps)
            .integer("ssm.state_size", config.positive("ssm_state_size"))
            .integer("ssm.group_count", groups)
            .integer("ssm.inner_size", inner)
            .integer("ssm.time_step_rank", mambaHeads)
            .integers("attention.head_count_kv", each(kinds, Layer.ATTENTION, keyHeads))
            .flag("rope.scaling.finetuned", false)
            .integer("context_length", 1 << 20)
            .integer("attention.key_length", size)
            .integer("attention.value_length", size)
            .integers("feed_forward_length", each(kinds, wide, feedForward));
    if (experts) {
      withExperts(nemotron);
    } else {
      List.of("expert_count", "expert_used_count", "expert_group_count", "expert_group_used_count")
          .forEach(nemotron::without);
    }
    return Mamba.mixer2(nemotron, "mixer.", taps, groups, inner)
        .global("model.embeddings", "token_embd")
        .global("model.norm_f", "output_norm")
        .global("lm_head", "output")
        .layer("norm", "attn_norm")
        .layer("mixer.q_proj", "attn_q", Change.interleaved(heads, size))
        .layer("mixer.k_proj", "attn_k", Change.interleaved(keyHeads, size))
        .layer("mixer.v_proj", "attn_v")
        .layer("mixer.o_proj", "attn_output")
        .layer("mixer.up_proj", "ffn_up")
        .layer("mixer.down_proj", "ffn_down")
        .alsoNamed("backbone.", "model.")
        .paddedVocabulary(8)
        .build();
  }

  private static int[] each(List<Layer> kinds, Layer kind, int value) {
    return kinds.stream().mapToInt(layer -> layer == kind ? value : 0).toArray();
  }

  private static void withExperts(Checkpoint.Builder nemotron) {
    CheckpointConfig config = nemotron.config();
    nemotron
        .integer("expert_feed_forward_length", config.positive("moe_intermediate_size"))
        .integer(
            "expert_shared_feed_forward_length",
            config.positive("moe_shared_expert_intermediate_size"))
        .integer("expert_count", config.positive("n_routed_experts"))
        .integer("expert_shared_count", config.countOr(1, "n_shared_experts"))
        .flag("expert_weights_norm", config.flag("norm_topk_prob", true))
        .number("expert_weights_scale", config.numberOr(1, "routed_scaling_factor"))
        .integer("expert_group_count", config.positiveOr(1, "n_group"))
        .layer("mixer.gate", "ffn_gate_inp")
        .layer("mixer.gate.e_score_correction", "exp_probs_b")
        .experts("mixer.experts.#.down_proj", "ffn_down_exps")
        .experts("mixer.experts.#.up_proj", "ffn_up_exps")
        .layer("mixer.shared_experts.up_proj", "ffn_up_shexp")
        .layer("mixer.shared_experts.down_proj", "ffn_down_shexp");
  }
}
