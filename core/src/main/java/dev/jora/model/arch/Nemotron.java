package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.BlockSpec;

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
}
