package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.Pooling;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.model.block.DeltaSpec;

/** Qwen 1.5 to 3: NEOX RoPE; biases on q, k, v at first, norms of q and k later. */
final class Qwen {
  private Qwen() {}

  /** Biases on q, k, v, where the file has them. */
  static DecoderSpec qwen2(Hyperparameters h) {
    return plain(h).build();
  }

  /** Experts whose probabilities stay as they are, and a gated shared expert. */
  static DecoderSpec qwen2moe(Hyperparameters h) {
    return plain(h).experts(Gating.SOFTMAX, false, 1).build();
  }

  /** Norms of q and k, head by head. */
  static DecoderSpec qwen3(Hyperparameters h) {
    return normed(h).build();
  }

  /** The same with experts. */
  static DecoderSpec qwen3moe(Hyperparameters h) {
    return normed(h).experts(Gating.SOFTMAX, true, 1).build();
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
}
