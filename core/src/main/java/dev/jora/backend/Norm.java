package dev.jora.backend;

/**
 * A normalisation of rows with its weights.
 *
 * @param weight a vector, or null for none
 * @param bias a vector, or null for none; RMS norms have none
 */
public record Norm(Kind kind, Weight weight, Weight bias, float eps) {
  /** The two ways of normalising. */
  public enum Kind {
    /** x / √(mean(x²) + eps). */
    RMS,
    /** (x − mean) / √(var + eps). */
    LAYER
  }
}
