package dev.jora.model.arch;

import dev.jora.backend.Routing.Gating;
import dev.jora.kernel.Activation;
import dev.jora.model.DecoderSpec;
import dev.jora.model.DecoderSpec.Position;
import dev.jora.model.Hyperparameters;
import dev.jora.model.block.AttentionSpec.QkNorm;

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
}
