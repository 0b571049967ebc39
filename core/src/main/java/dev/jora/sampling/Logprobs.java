package dev.jora.sampling;

import java.util.ArrayList;
import java.util.List;

/** Log-probabilities of the model's own logits. */
public final class Logprobs {
  /** A token with its logit and natural log-probability. */
  public record Entry(int id, float logit, double logprob) {
    /** e^logprob. */
    public double probability() {
      return Math.exp(logprob);
    }
  }

  private Logprobs() {}

  /** ln Σ e^logit; a NaN counts as −∞. */
  public static double logSumExp(float[] logits) {
    float max = Float.NEGATIVE_INFINITY;
    for (float l : logits) {
      max = Math.max(max, Candidates.guarded(l));
    }
    if (max == Float.NEGATIVE_INFINITY) {
      return max;
    }
    double sum = 0;
    for (float l : logits) {
      sum += Math.exp(Candidates.guarded(l) - max);
    }
    return max + Math.log(sum);
  }

  /** One token. */
  public static Entry of(float[] logits, int id) {
    return entry(id, Candidates.guarded(logits[id]), logSumExp(logits));
  }

  /** The {@code n} likeliest, likeliest first, equal ones by id; none that cannot come. */
  public static List<Entry> top(float[] logits, int n) {
    if (n <= 0) {
      return List.of();
    }
    Candidates candidates = new Candidates(logits.length);
    candidates.fill(logits);
    candidates.top(n);
    double sum = logSumExp(logits);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < candidates.count(); i++) {
      if (candidates.logit(i) == Float.NEGATIVE_INFINITY) {
        break;
      }
      entries.add(entry(candidates.id(i), candidates.logit(i), sum));
    }
    return entries;
  }

  private static Entry entry(int id, float logit, double logSumExp) {
    boolean forbidden = logit == Float.NEGATIVE_INFINITY;
    return new Entry(id, logit, forbidden ? Double.NEGATIVE_INFINITY : logit - logSumExp);
  }
}
