package dev.jora.quantize.target;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Looks for the best choice near that of Lagrange's multiplier. With m the gain per byte where the
 * budget ends, each candidate has a cost, error + m · bytes. The cheapest ones of all tensors, less
 * m · budget, are a lower bound of the error, and a choice exceeds it by what its candidates cost
 * more than the cheapest, and by m times the bytes that it leaves over. So a candidate whose cost
 * alone exceeds the cheapest by more than the choice known so far exceeds the bound is in no better
 * choice. Few remain, and of their combinations those are kept that no other one beats in both
 * bytes and error.
 *
 * <p>The result is the best there is, unless more than {@link #MAX_STATES} combinations are worth
 * keeping; then it may miss it by a little.
 */
final class NearbySearch {
  static final int MAX_STATES = 20_000;

  private static final Comparator<State> BY_BYTES =
      Comparator.comparingLong(State::bytes).thenComparingDouble(State::error);

  /** Sums of costs are rounded; what is within this part of them is not told apart. */
  private static final double NOISE = 1e-12;

  private final Candidate[][] useful;
  private final double multiplier;
  private final long budget;
  private final double[] cheapest;

  /**
   * Candidates of the tensors so far.
   *
   * @param excess what they cost more than the cheapest
   * @param last index of the last tensor's candidate
   */
  private record State(long bytes, double error, double excess, State before, int last) {}

  NearbySearch(Candidate[][] useful, double multiplier, long budget) {
    this.useful = useful;
    this.multiplier = multiplier;
    this.budget = budget;
    this.cheapest = new double[useful.length];
    for (int i = 0; i < useful.length; i++) {
      cheapest[i] = Arrays.stream(useful[i]).mapToDouble(this::cost).min().orElseThrow();
    }
  }

  private double cost(Candidate candidate) {
    return candidate.error() + multiplier * candidate.bytes();
  }

  /** An error that no choice within the budget falls short of. */
  double lowerBound() {
    return Arrays.stream(cheapest).sum() - multiplier * budget;
  }

  /** The best choice found, {@code known} if there is no better one. */
  int[] improve(int[] known) {
    if (multiplier == 0) {
      return known; // every tensor has its best already
    }
    double noise = NOISE * (Math.abs(lowerBound()) + multiplier * budget);
    double room = error(known) - lowerBound() + noise;
    int[][] nearby = nearby(room);
    long[] most = bytesFrom(nearby, true);
    long[] least = bytesFrom(nearby, false);
    List<State> states = List.of(new State(0, 0, 0, null, 0));
    for (int tensor = 0; tensor < useful.length; tensor++) {
      List<State> next = new ArrayList<>();
      for (int candidate : nearby[tensor]) {
        for (State state : states) {
          State longer = longer(state, tensor, candidate);
          double unspent = multiplier * (budget - longer.bytes() - most[tensor + 1]);
          boolean fits = longer.bytes() + least[tensor + 1] <= budget;
          if (fits && longer.excess() + Math.max(0, unspent) <= room) {
            next.add(longer);
          }
        }
      }
      states = unbeaten(next);
    }
    boolean better = !states.isEmpty() && states.getLast().error() < error(known);
    return better ? choice(states.getLast()) : known;
  }

  private State longer(State state, int tensor, int candidate) {
    Candidate c = useful[tensor][candidate];
    return new State(
        state.bytes() + c.bytes(),
        state.error() + c.error(),
        state.excess() + (cost(c) - cheapest[tensor]),
        state,
        candidate);
  }

  /** By tensor, the candidates that can be part of a better choice. */
  private int[][] nearby(double room) {
    int[][] nearby = new int[useful.length][];
    for (int i = 0; i < useful.length; i++) {
      int tensor = i;
      nearby[i] =
          IntStream.range(0, useful[i].length)
              .filter(k -> cost(useful[tensor][k]) - cheapest[tensor] <= room)
              .toArray();
    }
    return nearby;
  }

  /** The most or the least bytes that the tensors from each one on can take. */
  private long[] bytesFrom(int[][] nearby, boolean most) {
    long[] bytes = new long[useful.length + 1];
    for (int i = useful.length - 1; i >= 0; i--) {
      int k = most ? nearby[i][nearby[i].length - 1] : nearby[i][0];
      bytes[i] = bytes[i + 1] + useful[i][k].bytes();
    }
    return bytes;
  }

  /** Those that no other one beats, by rising bytes and falling error. */
  private static List<State> unbeaten(List<State> states) {
    states.sort(BY_BYTES);
    List<State> unbeaten = new ArrayList<>();
    for (State state : states) {
      if (unbeaten.isEmpty() || state.error() < unbeaten.getLast().error()) {
        unbeaten.add(state);
      }
    }
    if (unbeaten.size() > MAX_STATES) {
      unbeaten.sort(Comparator.comparingDouble(State::excess));
      unbeaten.subList(MAX_STATES, unbeaten.size()).clear();
      unbeaten.sort(BY_BYTES);
    }
    return unbeaten;
  }

  private double error(int[] chosen) {
    double error = 0;
    for (int i = 0; i < chosen.length; i++) {
      error += useful[i][chosen[i]].error();
    }
    return error;
  }

  private int[] choice(State last) {
    int[] chosen = new int[useful.length];
    State state = last;
    for (int i = chosen.length - 1; i >= 0; i--) {
      chosen[i] = state.last();
      state = state.before();
    }
    return chosen;
  }
}
