package dev.jora.model;

/**
 * Divisors of RoPE frequencies, one per pair; null for none.
 *
 * @param all at any length ({@code rope_freqs.weight})
 * @param within for contexts up to the original one ({@code rope_factors_short.weight})
 * @param beyond for longer ones ({@code rope_factors_long.weight})
 */
public record RopeFactors(float[] all, float[] within, float[] beyond) {
  /** Those for a context: like llama.cpp, by its size, not by the length of the text so far. */
  float[] of(int context, int original) {
    return all != null ? all : context > original ? beyond : within;
  }
}
