package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.Mamba2Spec;
import dev.jora.model.block.MambaSpec;
import dev.jora.model.block.NormSpec;

/** State-space models. */
final class Mamba {
  private Mamba() {}

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
        norm);
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
}
