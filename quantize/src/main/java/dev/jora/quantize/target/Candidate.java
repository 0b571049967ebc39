package dev.jora.quantize.target;

import dev.jora.tensor.GgmlType;

/**
 * One way to store a tensor.
 *
 * @param bytes of data
 * @param error that the model takes from it, finite and not negative, in a unit that all tensors of
 *     the model share and that may be summed
 */
public record Candidate(GgmlType type, long bytes, double error) {
  /** Checks the ranges. */
  public Candidate {
    if (bytes < 0 || !(error >= 0) || error == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          type + ": " + bytes + " bytes and an error of " + error + "; neither can be negative");
    }
  }
}
