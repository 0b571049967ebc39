package dev.jora.backend.cpu;

import dev.jora.backend.NotFiniteException;
import dev.jora.backend.Routing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Chooses experts from router outputs. */
final class CpuRouter {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  /** Below this the sum of the chosen probabilities is not divided by (llama.cpp's clamp). */
  private static final float LEAST_SUM = 6.103515625e-5f;

  private CpuRouter() {}

  /**
   * The experts of one token.
   *
   * @param logits router outputs at {@code offset}, one float per expert
   * @param chosen gets the experts, most probable first
   * @param weights gets their factors
   * @throws NotFiniteException if a router output is NaN, or too many are infinite to choose, or a
   *     bias is no number
   */
  static void route(
      Routing routing, MemorySegment logits, long offset, int[] chosen, float[] weights) {
    float[] p = new float[routing.experts()];
    for (int e = 0; e < p.length; e++) {
      p[e] = logits.get(FLOAT, offset + 4L * e);
      boolean bounded = routing.gating() == Routing.Gating.SIGMOID; // which would hide infinity
      if (Float.isNaN(p[e]) || bounded && Float.isInfinite(p[e])) {
        throw new NotFiniteException(routing.router().name() + " gives " + p[e]);
      }
    }
    switch (routing.gating()) {
      case SOFTMAX -> softmax(p);
      case SIGMOID -> {
        for (int e = 0; e < p.length; e++) {
          p[e] = (float) (1 / (1 + Math.exp(-p[e])));
        }
      }
      case SOFTMAX_OF_CHOSEN -> {} // later
    }
    float[] score = p.clone();
    if (routing.selectionBias() != null) {
      MemorySegment bias = CpuWeight.vector(routing.selectionBias());
      for (int e = 0; e < score.length; e++) {
        float value = bias.getAtIndex(FLOAT, e);
        if (!Float.isFinite(value)) {
          throw new NotFiniteException(routing.selectionBias().name() + " has " + value);
        }
        score[e] += value;
      }
    }
    if (routing.groups() > 1) {
      keepBestGroups(score, routing.groups(), routing.usedGroups());
    }
    for (int i = 0; i < routing.used(); i++) {
      chosen[i] = best(score, 0, score.length);
      if (chosen[i] < 0) {
        throw new NotFiniteException(routing.router().name() + " chooses no expert");
      }
      weights[i] = p[chosen[i]];
      score[chosen[i]] = Float.NEGATIVE_INFINITY;
    }
    weigh(routing, weights);
    if (routing.factors() != null) {
      MemorySegment factors = CpuWeight.vector(routing.factors());
      for (int i = 0; i < weights.length; i++) {
        weights[i] *= factors.getAtIndex(FLOAT, chosen[i]);
      }
    }
  }

  private static void weigh(Routing routing, float[] weights) {
    if (routing.gating() == Routing.Gating.SOFTMAX_OF_CHOSEN) {
      softmax(weights);
    }
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    float factor = routing.scale();
    if (routing.normalise()) {
      factor /= Math.max((float) sum, LEAST_SUM);
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= factor;
    }
  }

  /** The largest of score[from..to) that is not −∞, the first of equals; −1 for none. */
  private static int best(float[] score, int from, int to) {
    int best = -1;
    for (int e = from; e < to; e++) {
      if (score[e] > Float.NEGATIVE_INFINITY && (best < 0 || score[e] > score[best])) {
        best = e;
      }
    }
    return best;
  }

  /** Leaves out all experts but those of the groups whose two best have the largest sums. */
  private static void keepBestGroups(float[] score, int groups, int used) {
    int size = score.length / groups;
    float[] sums = new float[groups];
    for (int g = 0; g < groups; g++) {
      float[] group = Arrays.copyOfRange(score, g * size, (g + 1) * size);
      Arrays.sort(group);
      sums[g] = group[size - 1] + (size > 1 ? group[size - 2] : 0);
    }
    boolean[] kept = new boolean[groups];
    for (int i = 0; i < used; i++) {
      int g = best(sums, 0, groups);
      if (g >= 0) {
        kept[g] = true;
        sums[g] = Float.NEGATIVE_INFINITY;
      }
    }
    for (int e = 0; e < score.length; e++) {
      if (!kept[e / size]) {
        score[e] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  private static void softmax(float[] p) {
    float max = Float.NEGATIVE_INFINITY;
    for (float value : p) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (int e = 0; e < p.length; e++) {
      p[e] = (float) Math.exp(p[e] - max);
      sum += p[e];
    }
    for (int e = 0; e < p.length; e++) {
      p[e] = (float) (p[e] / sum);
    }
  }
}
