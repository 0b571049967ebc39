package dev.jora.backend.cpu;

import dev.jora.backend.Experts;
import dev.jora.backend.NotFiniteException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Chooses experts from router outputs. */
final class CpuExperts {
  /** Below this the sum of the chosen probabilities is not divided by (llama.cpp's clamp). */
  private static final float LEAST_SUM = 6.103515625e-5f;

  private CpuExperts() {}

  /**
   * The experts of one token.
   *
   * @param logits router outputs at {@code offset}, one float per expert
   * @param chosen gets the experts, most probable first
   * @param weights gets their factors
   * @throws NotFiniteException if a router output is NaN, or too many are infinite to choose
   */
  static void route(
      Experts experts, MemorySegment logits, long offset, int[] chosen, float[] weights) {
    int count = experts.count();
    float[] p = new float[count];
    for (int e = 0; e < count; e++) {
      p[e] = logits.get(ValueLayout.JAVA_FLOAT, offset + 4L * e);
      if (Float.isNaN(p[e])) {
        throw new NotFiniteException(experts.router().name() + " gives NaN");
      }
    }
    switch (experts.gating()) {
      case SOFTMAX -> softmax(p);
      case SIGMOID -> {
        for (int e = 0; e < count; e++) {
          p[e] = (float) (1 / (1 + Math.exp(-p[e])));
        }
      }
    }
    double sum = 0;
    for (int i = 0; i < experts.used(); i++) {
      int best = -1;
      for (int e = 0; e < count; e++) {
        if (p[e] >= 0 && (best < 0 || p[e] > p[best])) {
          best = e;
        }
      }
      if (best < 0) {
        throw new NotFiniteException(experts.router().name() + " chooses no expert");
      }
      chosen[i] = best;
      weights[i] = p[best];
      sum += p[best];
      p[best] = -1;
    }
    float factor = experts.scale();
    if (experts.normalise()) {
      factor /= Math.max((float) sum, LEAST_SUM);
    }
    for (int i = 0; i < experts.used(); i++) {
      weights[i] *= factor;
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
