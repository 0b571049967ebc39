package dev.jora.quantize.target;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Chooses a candidate for every tensor so that the sum of errors is least and the sum of bytes
 * within a budget: the multiple-choice knapsack problem. From the smallest candidates it climbs the
 * convex hulls, always by the step that takes most error per byte; where the bytes end, that ratio
 * is Lagrange's multiplier. Climbing leaves some bytes over, so {@link NearbySearch} then looks for
 * the best choice near by. The same input gives the same result.
 */
public final class BitAllocator {
  /** By tensor, with bytes rising and errors falling. */
  private final Candidate[][] useful;

  private final int[] chosen;
  private long left;

  /** From one candidate of a tensor to a larger one. */
  private record Step(int tensor, int to, long bytes, double gain) {
    double gainPerByte() {
      return gain / bytes;
    }
  }

  private BitAllocator(List<List<Candidate>> tensors, long budget) {
    this.useful = tensors.stream().map(BitAllocator::useful).toArray(Candidate[][]::new);
    this.chosen = new int[useful.length];
    long least = Arrays.stream(useful).mapToLong(candidates -> candidates[0].bytes()).sum();
    if (least > budget) {
      throw new IllegalArgumentException(
          "%d bytes are too few: with the smallest types the tensors take %d"
              .formatted(budget, least));
    }
    this.left = budget - least;
  }

  /**
   * Chooses within {@code budget} bytes.
   *
   * @param tensors the candidates of each tensor, at least one, in any order
   * @throws IllegalArgumentException if even the smallest candidates are more than the budget; the
   *     message says how many bytes they are
   */
  public static Allocation allocate(List<List<Candidate>> tensors, long budget) {
    BitAllocator allocator = new BitAllocator(tensors, budget);
    double multiplier = allocator.climb();
    NearbySearch search = new NearbySearch(allocator.useful, multiplier, budget);
    return allocator.result(search.improve(allocator.chosen), search.lowerBound());
  }

  /** Those that no other one beats in both bytes and error, by bytes. */
  private static Candidate[] useful(List<Candidate> candidates) {
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException("a tensor without candidates");
    }
    List<Candidate> sorted = new ArrayList<>(candidates);
    sorted.sort(Comparator.comparingLong(Candidate::bytes).thenComparing(Candidate::error));
    List<Candidate> useful = new ArrayList<>();
    for (Candidate candidate : sorted) {
      if (useful.isEmpty() || candidate.error() < useful.getLast().error()) {
        useful.add(candidate);
      }
    }
    return useful.toArray(Candidate[]::new);
  }

  /**
   * Climbs as far as the bytes reach; a tensor whose step is too large stays, others go on. Returns
   * the gain per byte of the first step that was too large, 0 if all could be taken.
   */
  private double climb() {
    double multiplier = 0;
    boolean[] stopped = new boolean[useful.length];
    for (Step step : steps()) {
      stopped[step.tensor()] |= step.bytes() > left;
      if (!stopped[step.tensor()]) {
        chosen[step.tensor()] = step.to();
        left -= step.bytes();
      } else if (multiplier == 0) {
        multiplier = step.gainPerByte();
      }
    }
    return multiplier;
  }

  private List<Step> steps() {
    return IntStream.range(0, useful.length)
        .mapToObj(this::hull)
        .flatMap(List::stream)
        .sorted(Comparator.comparingDouble(Step::gainPerByte).reversed())
        .toList();
  }

  /** The steps along the lower convex hull of a tensor; each gains less per byte than the last. */
  private List<Step> hull(int tensor) {
    List<Step> steps = new ArrayList<>();
    for (int to = 1; to < useful[tensor].length; to++) {
      Step step = step(tensor, to - 1, to);
      while (!steps.isEmpty() && steps.getLast().gainPerByte() <= step.gainPerByte()) {
        steps.removeLast();
        step = step(tensor, steps.isEmpty() ? 0 : steps.getLast().to(), to);
      }
      steps.add(step);
    }
    return steps;
  }

  private Step step(int tensor, int from, int to) {
    Candidate a = useful[tensor][from];
    Candidate b = useful[tensor][to];
    return new Step(tensor, to, b.bytes() - a.bytes(), a.error() - b.error());
  }

  private Allocation result(int[] best, double lowerBound) {
    List<Candidate> choices =
        IntStream.range(0, useful.length).mapToObj(i -> useful[i][best[i]]).toList();
    long bytes = choices.stream().mapToLong(Candidate::bytes).sum();
    double error = choices.stream().mapToDouble(Candidate::error).sum();
    return new Allocation(choices, bytes, error, Math.clamp(lowerBound, 0, error));
  }
}
