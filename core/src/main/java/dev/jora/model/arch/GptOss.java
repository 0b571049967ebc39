package dev.jora.model.arch;

import dev.jora.backend.Gate;
import dev.jora.backend.Routing.Gating;
import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;

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

  /** Hugging Face's: gate and up of experts lie row by row side by side. */
  static Checkpoint checkpoint(CheckpointConfig config) {
    int width = config.positive("intermediate_size");
    Change.Take gate = Change.every(1, 0, 2, width);
    Change.Take up = Change.every(1, 1, 2, width);
    String gates = "ffn_gate_exps.weight";
    String ups = "ffn_up_exps.weight";
    return Checkpoint.plain("gpt-oss", config)
        .integer("attention.sliding_window", "sliding_window")
        .integer("expert_feed_forward_length", width)
        .instead("post_attention_layernorm", "post_attention_norm")
        .layer("self_attn.sinks", "attn_sinks.weight")
        .layer("mlp.router", "ffn_gate_inp")
        .layer("mlp.experts.gate_up_proj", gates, new Change.Transpose(), gate)
        .layer("mlp.experts.gate_up_proj", ups, new Change.Transpose(), up)
        .layer("mlp.experts.gate_up_proj_bias", "ffn_gate_exps.bias", gate)
        .layer("mlp.experts.gate_up_proj_bias", "ffn_up_exps.bias", up)
        .layer("mlp.experts.down_proj", "ffn_down_exps.weight", new Change.Transpose())
        .layer("mlp.experts.down_proj_bias", "ffn_down_exps.bias")
        .build();
  }
}
