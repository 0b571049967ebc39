package dev.jora.model.arch;

import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.CheckpointConfig;
import dev.jora.model.checkpoint.TokenizerKind;
import java.util.Map;
import java.util.Set;

/** EuroBERT: Llama that looks both ways, in Hugging Face's order of rows. */
final class EuroBert {
  private EuroBert() {}

  /** The plain block. */
  static DecoderSpec euro(Hyperparameters h) {
    return DecoderSpec.plain(h, Position.ROPE_NEOX).encodes().build();
  }

  /** Hugging Face's. */
  static Checkpoint checkpoint(CheckpointConfig given) {
    CheckpointConfig config = given.withDefaults(Map.of("rms_norm_eps", 1e-5));
    Bert.require(config, "hidden_act", Set.of("silu"));
    Checkpoint.Builder euro = Checkpoint.plain("eurobert", config);
    return euro.flag("attention.causal", false)
        .text("rope.scaling.type", "none")
        .pooled()
        .instead("lm_head")
        .drop("lm_head")
        .tokenizer(TokenizerKind.EURO_BERT)
        .build();
  }
}
