package dev.jora.backend;

/**
 * A mixture of experts: out = Σ over the chosen experts e of p_e · down_e(gate(gate_e x, up_e x)).
 *
 * @param gate stack [experts, n_ff, n_embd]; null where up has the rows of both, gate's first, or
 *     where there are none: down_e(f(up_e x))
 * @param up stack [experts, n_ff, n_embd]; for both [experts, 2 · n_ff, n_embd]
 * @param down stack [experts, n_embd, n_ff]
 * @param gateBias [experts, n_ff], or null; likewise the others
 * @param activation how gate and up meet; its activation alone where there are no gates
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
  /** Number of experts. */
  public int count() {
    return (int) down.shape().ne2();
  }
}
