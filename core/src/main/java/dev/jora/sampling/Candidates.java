package dev.jora.sampling;

import dev.jora.grammar.TokenMask;

/**
 * Tokens that may come next: id, logit and, once {@link #softmax} has run, probability. Samplers
 * drop and reorder them, larger logits first and equal logits by id. Made once per vocabulary and
 * reused for every token.
 */
public final class Candidates {
  /** Up to so many are found by insertion in one pass. */
  private static final int FEW = 64;

  /** A first guess of how many must be sorted; guesses grow eightfold. */
  private static final int FIRST_GUESS = 256;

  private final int[] ids;
  private final float[] logits;
  private final float[] probabilities;
  private final float[] scores;
  private final long[] keys;
  private int count;

  /** So many at the front are known to be the largest, in order. */
  private int sorted;

  /** Room for a vocabulary. */
  public Candidates(int vocabulary) {
    ids = new int[vocabulary];
    logits = new float[vocabulary];
    probabilities = new float[vocabulary];
    scores = new float[vocabulary];
    keys = new long[vocabulary];
  }

  /** All tokens with these logits; a NaN counts as −∞. */
  public void fill(float[] all) {
    if (all.length != ids.length) {
      throw new IllegalArgumentException(
          all.length + " logits for a vocabulary of " + ids.length + " tokens");
    }
    count = all.length;
    sorted = 0;
    for (int i = 0; i < count; i++) {
      ids[i] = i;
      logits[i] = guarded(all[i]);
    }
  }

  /** Logits are never NaN nor +∞: a sum over e^logit stays a number. */
  static float guarded(float logit) {
    return logit <= Float.MAX_VALUE ? logit : logit > 0 ? Float.MAX_VALUE : Float.NEGATIVE_INFINITY;
  }

  /** How many there are, at least one. */
  public int count() {
    return count;
  }

  /** Token of candidate {@code i}. */
  public int id(int i) {
    return ids[i];
  }

  /** Logit of candidate {@code i}. */
  public float logit(int i) {
    return logits[i];
  }

  /** Probability of candidate {@code i}, as of the last draw or {@link #softmax}. */
  public float p(int i) {
    return probabilities[i];
  }

  /** The logits, one per candidate. */
  float[] logits() {
    return logits;
  }

  /** The probabilities, one per candidate. */
  float[] probabilities() {
    return probabilities;
  }

  /** Changes a logit; the order is no longer known. */
  void logit(int i, float value) {
    logits[i] = guarded(value);
    sorted = 0;
  }

  /** Changes a logit by a rule that keeps the order. */
  void logitInOrder(int i, float value) {
    logits[i] = guarded(value);
  }

  /** Changes a probability. */
  void p(int i, float value) {
    probabilities[i] = value;
  }

  /** What {@link #sortByScore} orders by; not negative. */
  void score(int i, float value) {
    scores[i] = value;
  }

  /** Keeps the first {@code n}, at least one. */
  void keep(int n) {
    count = Math.clamp(n, 1, count);
    sorted = Math.min(sorted, count);
  }

  /**
   * Keeps those that a mask allows.
   *
   * @return false if there are none; nothing has changed then
   */
  boolean keep(TokenMask mask) {
    int n = 0;
    for (int i = 0; i < count; i++) {
      if (mask.allows(ids[i])) {
        ids[n] = ids[i];
        logits[n] = logits[i];
        n++;
      }
    }
    if (n > 0) {
      count = n;
      sorted = 0;
    }
    return n > 0;
  }

  /** Keeps candidate {@code i} alone. */
  void keepOnly(int i) {
    ids[0] = ids[i];
    logits[0] = logits[i];
    probabilities[0] = 1;
    count = 1;
    sorted = 1;
  }

  /** Drops the first {@code n}, never all. */
  void dropFirst(int n) {
    int from = Math.min(n, count - 1);
    System.arraycopy(ids, from, ids, 0, count - from);
    System.arraycopy(logits, from, logits, 0, count - from);
    System.arraycopy(probabilities, from, probabilities, 0, count - from);
    count -= from;
    sorted = Math.max(0, sorted - from);
  }

  /**
   * Keeps those whose {@code score} is at least {@code bound}, in their order; the {@code least}
   * largest where these are fewer. The score must grow with the logit.
   */
  void keepAtLeast(float[] score, float bound, int least) {
    int n = 0;
    for (int i = 0; i < count; i++) {
      n += score[i] >= bound ? 1 : 0;
    }
    if (n < Math.max(1, least)) {
      top(Math.max(1, least));
      return;
    }
    n = 0;
    for (int i = 0; i < count; i++) {
      if (score[i] >= bound) {
        ids[n] = ids[i];
        logits[n] = logits[i];
        probabilities[n] = probabilities[i];
        n++;
      }
    }
    keep(n);
  }

  /** Index of the largest logit; among equal ones that of the lowest id. */
  int argmax() {
    if (sorted > 0) {
      return 0;
    }
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (logits[i] > logits[best] || logits[i] == logits[best] && ids[i] < ids[best]) {
        best = i;
      }
    }
    return best;
  }

  /** The largest logit. */
  float max() {
    return logits[argmax()];
  }

  /** Sorts all that are not forbidden; those of −∞ come behind them in any order. */
  void sort() {
    if (sorted == count) {
      return;
    }
    int allowed = 0;
    for (int i = 0; i < count; i++) {
      allowed += logits[i] == Float.NEGATIVE_INFINITY ? 0 : 1;
    }
    sortPrefix(allowed);
  }

  /** Sees to it that candidate {@code i} stands where it would if all were sorted. */
  void sortUpTo(int i) {
    if (i >= sorted) {
      sortPrefix(grow(i));
    }
  }

  /** How many to sort if those before {@code i} were not enough. */
  static int grow(int i) {
    return Math.clamp(8L * i, FIRST_GUESS, Integer.MAX_VALUE);
  }

  /** The {@code n} largest first and sorted, the others behind them. Probabilities are lost. */
  void sortPrefix(int n) {
    int k = Math.min(n, count);
    if (k <= sorted) {
      return;
    }
    for (int i = 0; i < count; i++) {
      keys[i] = LogitKey.of(logits[i], ids[i]);
    }
    LogitKey.select(keys, count, k);
    take(count);
    sorted = k;
  }

  /** Keeps the {@code n} largest, sorted. Probabilities are lost. */
  void top(int n) {
    int k = Math.clamp(n, 1, count);
    if (k > sorted && k <= FEW) {
      int found = 0;
      for (int i = 0; i < count; i++) {
        found = LogitKey.insert(keys, found, k, LogitKey.of(logits[i], ids[i]));
      }
      take(k);
      sorted = k;
    } else {
      sortPrefix(k);
    }
    keep(k);
  }

  private void take(int n) {
    for (int i = 0; i < n; i++) {
      ids[i] = LogitKey.id(keys[i]);
      logits[i] = LogitKey.logit(keys[i]);
    }
  }

  /**
   * The {@code n} of the lowest score first and in its order, equal scores by id. Probabilities are
   * lost; scores follow their candidates.
   */
  void sortByScore(int n) {
    for (int i = 0; i < count; i++) {
      keys[i] = (long) Float.floatToRawIntBits(scores[i]) << 32 | ids[i];
      probabilities[ids[i]] = logits[i];
    }
    LogitKey.select(keys, count, Math.min(n, count));
    for (int i = 0; i < count; i++) {
      ids[i] = LogitKey.id(keys[i]);
      logits[i] = probabilities[ids[i]];
      scores[i] = Float.intBitsToFloat((int) (keys[i] >> 32));
    }
    sorted = 0;
  }

  /** Σ e^(l − l_max); at least 1, or the count if all are −∞. */
  double sumExp() {
    float max = max();
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += exp(i, max);
    }
    return sum;
  }

  /** e^(l − max) of candidate {@code i}; 1 if all are −∞. */
  float exp(int i, float max) {
    return max == Float.NEGATIVE_INFINITY ? 1 : (float) Math.exp(logits[i] - max);
  }

  /** Probabilities from logits: exps in float, their sum in double. */
  void softmax() {
    float max = max();
    double sum = 0;
    for (int i = 0; i < count; i++) {
      probabilities[i] = exp(i, max);
      sum += probabilities[i];
    }
    normalize(sum);
  }

  /** Divides the probabilities by their sum. */
  void normalize(double sum) {
    for (int i = 0; i < count; i++) {
      probabilities[i] = (float) (probabilities[i] / sum);
    }
  }

  /** −Σ p ln p of the probabilities, in nats. */
  double entropy() {
    double entropy = 0;
    for (int i = 0; i < count; i++) {
      if (probabilities[i] > 0) {
        entropy -= probabilities[i] * Math.log(probabilities[i]);
      }
    }
    return entropy;
  }
}
