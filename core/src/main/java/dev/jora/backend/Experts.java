package dev.jora.backend;

/**
 * A mixture of experts: out = Σ over the chosen experts e of p_e · down_e(gate(gate_e x, up_e x)),
 * or without gates of p_e · down_e(f(up_e x)).
 *
 * @param gate stack [experts, n_ff, n_embd]; null where the rows of both are up's, gate's first,
 *     and where there is none
 * @param up stack [experts, n_ff, n_embd]; for both [experts, 2 · n_ff, n_embd]
 * @param down stack [experts, n_embd, n_ff]
 * @param gateBias [experts, n_ff], or null; likewise the others
 * @param activation how gate and up meet
 */
public record Experts(
    Routing routing,
    Weight gate,
    Weight up,
    Weight down,
    Weight gateBias,
    Weight upBias,
    Weight downBias,
    Gate activation) {
  /** True if gate and up meet. */
  public boolean isGated() {
    return gate != null || up.shape().ne1() > down.shape().ne0();
  }

  /** Number of experts. */
  public int count() {
    return (int) down.shape().ne2();
  }
}
