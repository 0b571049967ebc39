package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.CheckpointException;
import java.util.Map;
import java.util.Set;

/** Nomic's encoders: BERT with RoPE. */
final class Nomic {
  private static final String LAYER = "encoder.layers.*.";

  private Nomic() {}

  /** The first: SiLU gates. */
  static DecoderSpec nomic(Hyperparameters h) {
    return Bert.common(h, Position.ROPE_NEOX).gated(Activation.SILU).build();
  }

  /** The second: experts in every other layer, or so; biases, and no gates. */
  static DecoderSpec mixture(Hyperparameters h) {
    return Bert.common(h, Position.ROPE_NEOX)
        .ungated(Activation.GELU)
        .experts(Gating.SOFTMAX, false, 1)
        .build();
  }

  /** Hugging Face's, with and without experts. */
  static Checkpoint checkpoint(CheckpointConfig given) {
    if (given.flag("prenorm", false)
        || given.flag("rotary_emb_interleaved", false)
        || given.numberOr(1, "rotary_emb_fraction") != 1
        || given.has("rotary_emb_scale_base")) {
      throw new CheckpointException(
          "expected norms behind the additions and plain RoPE as Nomic's embeddings have it, found"
              + " prenorm, rotary_emb_interleaved, rotary_emb_fraction or rotary_emb_scale_base");
    }
    boolean mixture = given.countOr(0, "moe_every_n_layers") > 0;
    Bert.require(
        given,
        "activation_function",
        mixture ? Set.of("gelu", "gelu_new", "gelu_pytorch_tanh") : Set.of("swiglu"));
    CheckpointConfig config =
        trained(given)
            .withDefaults(Map.of("layer_norm_eps", given.numberOr(1e-12, "layer_norm_epsilon")));
    Checkpoint.Builder nomic =
        Bert.encoder(mixture ? "nomic-bert-moe" : "nomic-bert", config)
            .global("embeddings.word_embeddings", "token_embd")
            .global("embeddings.token_type_embeddings", "token_types");
    Bert.flash(nomic, "attn.")
        .global(LAYER + "mlp.fc11", "blk.*.ffn_up")
        .global(LAYER + "mlp.fc12", "blk.*.ffn_gate");
    if (mixture) {
      int experts = config.positive("num_experts");
      int width = config.positive("n_inner", "intermediate_size");
      int inputs = config.positive("n_embd", "hidden_size");
      Change each = new Change.Reshape(experts, width, inputs);
      nomic
          .integer("moe_every_n_layers", "moe_every_n_layers")
          .integer("expert_used_count", config.positive("moe_top_k"))
          .global(LAYER + "mlp.router.layer", "blk.*.ffn_gate_inp")
          .global(LAYER + "mlp.experts.mlp.w1", "blk.*.ffn_up_exps.weight", each)
          .global(
              LAYER + "mlp.experts.mlp.w2",
              "blk.*.ffn_down_exps.weight",
              each,
              new Change.Transpose())
          .drop(LAYER + "mlp.experts.bias"); // as llama.cpp, whose experts have none
    }
    return nomic.build();
  }

  /** What it was trained for is less than what its configuration allows for stretched positions. */
  private static CheckpointConfig trained(CheckpointConfig config) {
    int positions = config.countOr(0, "n_positions");
    boolean stretched = config.countOr(2048, "max_trained_positions") == 2048;
    return switch (stretched ? positions : 0) {
      case 8192 -> config.with("n_positions", 2048);
      case 2048 -> config.with("n_positions", 512);
      default -> config;
    };
  }
}
