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

  /** ln Σ e^logit. */
  public static double logSumExp(float[] logits) {
    float max = Float.NEGATIVE_INFINITY;
    for (float l : logits) {
      max = Math.max(max, l);
    }
    double sum = 0;
    for (float l : logits) {
      sum += Math.exp(l - max);
    }
    return max + Math.log(sum);
  }

  /** One token. */
  public static Entry of(float[] logits, int id) {
    return new Entry(id, logits[id], logits[id] - logSumExp(logits));
  }

  /** The {@code n} likeliest, likeliest first, equal ones by id. */
  public static List<Entry> top(float[] logits, int n) {
    Candidates candidates = new Candidates(logits.length);
    candidates.fill(logits);
    candidates.top(Math.max(1, n));
    double sum = logSumExp(logits);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < Math.min(n, candidates.count()); i++) {
      entries.add(new Entry(candidates.id(i), candidates.logit(i), candidates.logit(i) - sum));
    }
    return entries;
  }
}
