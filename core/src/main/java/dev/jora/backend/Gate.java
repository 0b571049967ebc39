package dev.jora.backend;

import dev.jora.kernel.Activation;

/**
 * How the two halves of a gated block meet: f(gate) · up, or where there is a limit, f(min(gate,
 * limit)) · (clamp(up, ±limit) + bias), as gpt-oss has it.
 *
 * @param limit 0 for none
 * @param bias added to up
 */
public record Gate(Activation activation, float limit, float bias) {
  /** f(gate) · up. */
  public static Gate of(Activation f) {
    return new Gate(f, 0, 0);
  }

  /** True if it is f(gate) · up. */
  public boolean isPlain() {
    return limit == 0 && bias == 0;
  }
}
