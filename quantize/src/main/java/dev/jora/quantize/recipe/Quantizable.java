package dev.jora.quantize.recipe;

import dev.jora.tensor.Shape;
import java.util.List;
import java.util.Set;

/** Which tensors are quantized at all; all others keep their type. */
final class Quantizable {
  /** Routers, norms, convolutions, states, positions and image parts: small and sensitive. */
  private static final List<String> EXCLUDED_PARTS =
      List.of(
          "_norm.weight",
          "ffn_gate_inp.weight",
          "ffn_gate_tid2eid.weight",
          "altup",
          "laurel",
          "per_layer_model_proj",
          "ssm_conv1d",
          "shortconv.conv.weight",
          "indexer.k_proj.weight",
          "indexer.q_proj.weight",
          "time_mix_first.weight",
          "time_mix_w0.weight",
          "time_mix_w1.weight",
          "time_mix_w2.weight",
          "time_mix_v0.weight",
          "time_mix_v1.weight",
          "time_mix_v2.weight",
          "time_mix_a0.weight",
          "time_mix_a1.weight",
          "time_mix_a2.weight",
          "time_mix_g1.weight",
          "time_mix_g2.weight",
          "time_mix_decay_w1.weight",
          "time_mix_decay_w2.weight",
          "time_mix_lerp_fused.weight",
          "attn_rel_b.weight",
          ".position_embd",
          "sam.pos_embd",
          "sam.neck.",
          "sam.net_",
          ".rel_pos",
          ".patch_embd",
          ".patch_merger",
          "a.rvq.codebook",
          "mm.a.code_embd");

  private static final Set<String> EXCLUDED_NAMES =
      Set.of("position_embd.weight", "token_types.weight");

  private Quantizable() {}

  /**
   * True for matrices of weights, also stacked ones but no empty ones, that are not among the
   * exceptions.
   */
  static boolean test(String name, Shape shape) {
    return shape.rows() > 1 // as GGML counts dimensions: [n, 1] is a vector
        && shape.elements() > 0
        && name.endsWith("weight")
        && !EXCLUDED_NAMES.contains(name)
        && EXCLUDED_PARTS.stream().noneMatch(name::contains);
  }
}
