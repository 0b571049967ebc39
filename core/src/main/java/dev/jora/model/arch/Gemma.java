package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.TokenizerKind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Gemma 1 to 3: embeddings times √n_embd, GELU gates; the files hold norm weights already + 1. */
final class Gemma {
  private Gemma() {}

  /** The first. */
  static DecoderSpec gemma(Hyperparameters h) {
    return common(h).build();
  }

  /** Norms after the sub-layers too, soft caps, every other layer windowed. */
  static DecoderSpec gemma2(Hyperparameters h) {
    return common(h)
        .postNorm()
        .attentionScale(scale(h, 46))
        .softcaps(
            h.floating("attn_logit_softcapping", 50), h.floating("final_logit_softcapping", 30))
        .window(h.integer("attention.sliding_window", 4096), h.windowed(2, false))
        .build();
  }

  /** Norms of q and k in place of caps, five windowed layers to one full. */
  static DecoderSpec gemma3(Hyperparameters h) {
    return third(h)
        .attentionScale(scale(h, 62))
        .softcaps(0, h.floating("final_logit_softcapping", 0))
        .build();
  }

  /** The third as an encoder. */
  static DecoderSpec embedding(Hyperparameters h) {
    return third(h).encodes().build();
  }

  private static DecoderSpec.Builder third(Hyperparameters h) {
    return common(h)
        .postNorm()
        .qkNorm(QkNorm.REQUIRED)
        .window(h.integer("attention.sliding_window", 1024), h.windowed(6, false))
        .windowedRopeBase(h.positive("rope.freq_base_swa", 10000));
  }

  /**
   * Norms of q, k and v, heads of another size in windowed layers; in the E models inputs of every
   * layer, and last layers that look at the keys of earlier ones; in the 26B experts beside the
   * dense blocks.
   */
  static DecoderSpec gemma4(Hyperparameters h) {
    int key = h.integer("attention.key_length_swa", h.keyLength());
    int value = h.integer("attention.value_length_swa", h.valueLength());
    int layers = h.blockCount();
    int shared = h.integer("attention.shared_kv_layers", 0);
    int inputs = h.integer("embedding_length_per_layer_input", 0);
    return common(h)
        .postNorm()
        .qkNorm(QkNorm.REQUIRED)
        .valueNorm()
        .attentionScale(1)
        .softcaps(0, h.floating("final_logit_softcapping", 30))
        .window(h.integer("attention.sliding_window", 1024), h.windowed(6, false))
        .windowedHeads(
            h.within("attention.key_length_swa", key, 1, 1 << 16),
            h.within("attention.value_length_swa", value, 1, 1 << 16),
            h.turned("rope.dimension_count_swa", key))
        .windowedRopeBase(h.positive("rope.freq_base_swa", 10000))
        .sharedCaches(h.within("attention.shared_kv_layers", shared, 0, layers - 1))
        .layerInputs(h.within("embedding_length_per_layer_input", inputs, 0, 1 << 16))
        .outputScales()
        .experts(Gating.SOFTMAX, true, 1)
        .sideBySide()
        .build();
  }

  private static DecoderSpec.Builder common(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .gated(Activation.GELU)
        .embeddingScale(Math.sqrt(h.embeddingLength()));
  }

  /** 1/√d; the 27B models, known by their layers, divide n_embd by the heads for d. */
  private static double scale(Hyperparameters h, int layersOf27b) {
    int d = h.blockCount() == layersOf27b ? h.embeddingLength() / h.headCount(0) : h.keyLength();
    return 1 / Math.sqrt(d);
  }

  /** Hugging Face's Gemma. */
  static Checkpoint gemmaCheckpoint(CheckpointConfig config) {
    Checkpoint.Builder gemma = common("gemma", config);
    return gemma.tokenizer(TokenizerKind.GEMMA).build();
  }

  /** Hugging Face's Gemma 2. */
  static Checkpoint gemma2Checkpoint(CheckpointConfig config) {
    return softcap(softcap(common("gemma2", config), "attn", 50), "final", 30)
        .integer("attention.sliding_window", "sliding_window")
        .build();
  }

  /** A file that does not say a cap has one, so that a checkpoint's null is a cap of 0: none. */
  private static Checkpoint.Builder softcap(Checkpoint.Builder gemma, String which, double usual) {
    String key = which + "_logit_softcapping";
    boolean none = gemma.config().json().path(key).isNull();
    return gemma.number(key, none ? 0 : gemma.config().numberOr(usual, key));
  }

  /** The order of keys and the tensors of the first two; norms lack their 1. */
  private static Checkpoint.Builder common(String architecture, CheckpointConfig config) {
    return sandwiched(
            Checkpoint.bare(architecture, config)
                .usual()
                .integer("context_length", config.positive("max_position_embeddings"))
                .integer("embedding_length", config.positive("hidden_size"))
                .integer("block_count", config.positive("num_hidden_layers"))
                .integer("feed_forward_length", config.positive("intermediate_size"))
                .integer("attention.head_count", config.positive("num_attention_heads"))
                .integer(
                    "attention.head_count_kv",
                    config.positive("num_key_value_heads", "num_attention_heads"))
                .number("attention.layer_norm_rms_epsilon", config.number("rms_norm_eps"))
                .integer("attention.key_length", config.positive("head_dim"))
                .integer("attention.value_length", config.positive("head_dim"))
                .fileType(),
            architecture.equals("gemma"))
        .normsPlusOne()
        .tokenizer(TokenizerKind.GEMMA2);
  }

  /** Norms before and after both sub-layers; but of the first Gemma. The output is tied. */
  private static Checkpoint.Builder sandwiched(Checkpoint.Builder gemma, boolean first) {
    gemma.instead("lm_head").drop("lm_head");
    if (!first) {
      gemma
          .instead("post_attention_layernorm", "post_attention_norm")
          .layer("pre_feedforward_layernorm", "ffn_norm")
          .layer("post_feedforward_layernorm", "post_ffw_norm");
    }
    return gemma;
  }

  /** Hugging Face's Gemma 3, of which the part that sees is left out. */
  static Checkpoint gemma3Checkpoint(CheckpointConfig given) {
    CheckpointConfig config = withThird(given);
    Checkpoint.Builder gemma = third("gemma3", config);
    gemma.number("final_logit_softcapping", "final_logit_softcapping");
    if (config.countOr(0, "sliding_window_pattern") != 1) {
      gemma.integer("attention.sliding_window", config.positive("sliding_window"));
    }
    return gemma.normsPlusOne().vocabularyOfTokenizer().tokenizer(TokenizerKind.GEMMA2).build();
  }

  /** What the third Gemma's class has where a configuration says nothing. */
  private static CheckpointConfig withThird(CheckpointConfig given) {
    return given.withDefaults(
        Map.of(
            "max_position_embeddings", 131072,
            "num_attention_heads", 8,
            "num_key_value_heads", 4,
            "head_dim", 256,
            "rms_norm_eps", 1e-6));
  }

  private static Checkpoint.Builder third(String architecture, CheckpointConfig config) {
    Checkpoint.Builder gemma = sandwiched(Checkpoint.plain(architecture, config), false);
    return gemma.hasKey("rope.freq_base") ? gemma : gemma.number("rope.freq_base", 1e6);
  }

  /** EmbeddingGemma; a Gemma 3 without its output, unless it looks both ways. */
  static Checkpoint embeddingCheckpoint(CheckpointConfig given) {
    if (!given.flag("use_bidirectional_attention", false)) {
      return gemma3Checkpoint(given);
    }
    CheckpointConfig config = withThird(given);
    Checkpoint.Builder gemma = third("gemma-embedding", config);
    gemma.integer("attention.sliding_window", config.positive("sliding_window"));
    List<String> types = config.texts("layer_types");
    for (int il = 0; il < types.size(); il++) {
      if (types.get(il).equals("full_attention") != (il % 6 == 5)) {
        gemma.windowed("sliding_attention");
      }
    }
    return gemma.normsPlusOne().vocabularyOfTokenizer().tokenizer(TokenizerKind.GEMMA2).build();
  }

  /** Hugging Face's Gemma 4: norms are whole. */
  static Checkpoint gemma4Checkpoint(CheckpointConfig config) {
    Checkpoint.Builder gemma = sandwiched(Checkpoint.plain("gemma4", config), false);
    List<String> types = config.each("layer_types", gemma.layers());
    int size = config.positive("head_dim");
    int global = config.countOr(size, "global_head_dim");
    boolean[] windowed = new boolean[gemma.layers()];
    int[] keyHeads = new int[windowed.length];
    CheckpointConfig layers = config.part("per_layer_config");
    int usualKeyHeads = config.positive("num_key_value_heads", "num_attention_heads");
    for (int il = 0; il < windowed.length; il++) {
      windowed[il] = !types.isEmpty() && types.get(il).equals("sliding_attention");
      CheckpointConfig own = layers.part(Integer.toString(il));
      keyHeads[il] = own.positiveOr(usualKeyHeads, "num_key_value_heads");
      if (!windowed[il]) {
        global = own.positiveOr(global, "head_dim");
        if (config.flag("attention_k_eq_v", false)) {
          keyHeads[il] = config.positiveOr(keyHeads[il], "num_global_key_value_heads");
        }
      }
    }
    if (!Arrays.stream(keyHeads).allMatch(count -> count == usualKeyHeads)) {
      gemma.integers("attention.head_count_kv", keyHeads);
    }
    int shared = config.countOr(0, "num_kv_shared_layers");
    if (config.flag("use_double_wide_mlp", false)) {
      int width = config.positive("intermediate_size");
      int[] widths = new int[windowed.length];
      for (int il = 0; il < widths.length; il++) {
        widths[il] = il < widths.length - shared ? width : 2 * width;
      }
      gemma.integers("feed_forward_length", widths);
    }
    gemma
        .integer("attention.key_length", global)
        .integer("attention.value_length", global)
        .number("final_logit_softcapping", config.numberOr(0, "final_logit_softcapping"))
        .integer("attention.sliding_window", "sliding_window")
        .integer("attention.shared_kv_layers", shared)
        .integer(
            "embedding_length_per_layer_input", config.countOr(0, "hidden_size_per_layer_input"))
        .flags("attention.sliding_window_pattern", windowed)
        .integer("attention.key_length_swa", size)
        .integer("attention.value_length_swa", size)
        .integer("rope.dimension_count", global)
        .integer("rope.dimension_count_swa", size);
    double part =
        config.part("rope_parameters").part("full_attention").numberOr(1, "partial_rotary_factor");
    float[] factors = new float[global / 2];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = i < (int) (global * part / 2) ? 1 : 1e30f; // so slow that nothing turns
    }
    return gemma
        .extra("rope_freqs.weight", factors)
        .integer("expert_feed_forward_length", "expert_intermediate_size", "moe_intermediate_size")
        .layer("router.proj", "ffn_gate_inp")
        .layer("router.scale", "ffn_gate_inp.scale")
        .layer("router.per_expert_scale", "ffn_down_exps.scale")
        .layer("experts.gate_up_proj", "ffn_gate_up_exps.weight")
        .layer("experts.down_proj", "ffn_down_exps.weight")
        .layer("pre_feedforward_layernorm_2", "pre_ffw_norm_2")
        .layer("post_feedforward_layernorm_1", "post_ffw_norm_1")
        .layer("post_feedforward_layernorm_2", "post_ffw_norm_2")
        .layer("layer_scalar", "layer_output_scale.weight")
        .layer("per_layer_input_gate", "inp_gate")
        .layer("per_layer_projection", "proj")
        .layer("post_per_layer_input_norm", "post_norm")
        .global("model.embed_tokens_per_layer", "per_layer_token_embd")
        .global("model.per_layer_model_projection", "per_layer_model_proj")
        .global("model.per_layer_projection_norm", "per_layer_proj_norm")
        .tokenizer(TokenizerKind.GEMMA4)
        .build();
  }
}
