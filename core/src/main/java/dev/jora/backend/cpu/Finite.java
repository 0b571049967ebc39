package dev.jora.backend.cpu;

/** Keeps bounded functions from making a number of what is none. */
final class Finite {
  private Finite() {}

  /** {@code x}, or NaN where that is infinite: σ, a limit or a decay would hide it. */
  static float orNaN(float x) {
    return x * 0 + x;
  }
}
