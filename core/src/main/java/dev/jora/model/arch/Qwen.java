package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;

/** Qwen 1.5 to 3: NEOX RoPE; biases on q, k, v at first, norms of q and k later. */
final class Qwen {
  private Qwen() {}

  /** Biases on q, k, v. */
  static DecoderSpec qwen2(Hyperparameters h) {
    return biased(h).build();
  }

  /** Experts whose probabilities stay as they are, and a gated shared expert. */
  static DecoderSpec qwen2moe(Hyperparameters h) {
    return biased(h).experts(Gating.SOFTMAX, false, 1).build();
  }

  /** Norms of q and k, head by head. */
  static DecoderSpec qwen3(Hyperparameters h) {
    return normed(h).build();
  }

  /** The same with experts. */
  static DecoderSpec qwen3moe(Hyperparameters h) {
    return normed(h).experts(Gating.SOFTMAX, true, 1).build();
  }

  private static DecoderSpec.Builder biased(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .require("attn_q.bias", "attn_k.bias", "attn_v.bias");
  }

  private static DecoderSpec.Builder normed(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).qkNorm(QkNorm.REQUIRED);
  }
}
