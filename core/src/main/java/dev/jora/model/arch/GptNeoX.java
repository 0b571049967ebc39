package dev.jora.model.arch;

import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;

/** EleutherAI's GPT-NeoX and Pythia. */
final class GptNeoX {
  private GptNeoX() {}

  /** Layer norms and biases everywhere, partial RoPE; mostly parallel, each with its own norm. */
  static DecoderSpec gptneox(Hyperparameters h) {
    DecoderSpec.Builder spec =
        DecoderSpec.plain(h, Position.ROPE_NEOX)
            .layerNorm()
            .ungated(Activation.GELU)
            .require("attn_output.bias", "ffn_up.bias", "ffn_down.bias", "ffn_norm.weight");
    return h.bool("use_parallel_residual", true) ? spec.parallel().build() : spec.build();
  }
}
