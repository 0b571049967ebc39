package dev.jora.model.arch;

import dev.jora.backend.Gate;
import dev.jora.backend.Routing.Gating;
import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** OpenAI's open models. */
final class GptOss {
  private GptOss() {}

  /** Sinks, every other layer windowed, biases everywhere, clamped gates of experts. */
  static DecoderSpec gptOss(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX)
        .feedForwardNorm("post_attention_norm")
        .sinks()
        .window(h.integer("attention.sliding_window", 128), h.windowed(2, false))
        .gated(new Gate(Activation.QUICK_GELU, 7, 1))
        .experts(Gating.SOFTMAX_OF_CHOSEN, false, 1)
        .require("attn_output.bias")
        .build();
  }
}
