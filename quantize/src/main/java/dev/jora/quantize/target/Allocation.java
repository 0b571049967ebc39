package dev.jora.quantize.target;

import java.util.List;

/**
 * A candidate for every tensor.
 *
 * @param choices in the order of the tensors
 * @param bytes of all together
 * @param error of all together
 * @param lowerBound no choice within the budget has a smaller error: the best one if tensors could
 *     be split between candidates
 */
public record Allocation(List<Candidate> choices, long bytes, double error, double lowerBound) {
  /** Copies the list. */
  public Allocation {
    choices = List.copyOf(choices);
  }
}
