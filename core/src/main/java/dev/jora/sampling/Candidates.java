package dev.jora.sampling;

import java.util.Arrays;

/**
 * Tokens that may come next: id, logit and, once {@link #softmax} has run, probability. Samplers
 * drop and reorder them. Made once per vocabulary and reused for every token.
 */
public final class Candidates {
  private final int[] ids;
  private final float[] logits;
  private final float[] probabilities;
  private final long[] keys;
  private int count;
  private boolean sorted;

  /** Room for a vocabulary. */
  public Candidates(int vocabulary) {
    ids = new int[vocabulary];
    logits = new float[vocabulary];
    probabilities = new float[vocabulary];
    keys = new long[vocabulary];
  }

  /** All tokens with these logits; a NaN counts as −∞. */
  public void fill(float[] all) {
    if (all.length != ids.length) {
      throw new IllegalArgumentException(all.length + " logits for a vocabulary of " + ids.length);
    }
    count = all.length;
    sorted = false;
    for (int i = 0; i < count; i++) {
      ids[i] = i;
      logits[i] = Float.isNaN(all[i]) ? Float.NEGATIVE_INFINITY : all[i];
    }
  }

  /** How many there are, at least one. */
  public int count() {
    return count;
  }

  /** Token of candidate {@code i}. */
  public int id(int i) {
    return ids[i];
  }

  /** The logits, one per candidate. */
  float[] logits() {
    return logits;
  }

  /** The probabilities, one per candidate. */
  float[] probabilities() {
    return probabilities;
  }

  /** Logit of candidate {@code i}. */
  public float logit(int i) {
    return logits[i];
  }

  /** Probability of candidate {@code i}, as of the last {@link #softmax}. */
  public float p(int i) {
    return probabilities[i];
  }

  /** Changes a logit; the order is no longer known unless the caller keeps it. */
  void logit(int i, float value) {
    logits[i] = value;
    sorted = false;
  }

  /** Changes a logit by a rule that keeps the order. */
  void logitInOrder(int i, float value) {
    logits[i] = value;
  }

  /** Changes a probability. */
  void p(int i, float value) {
    probabilities[i] = value;
  }

  /** Keeps the first {@code n}, at least one. */
  void keep(int n) {
    count = Math.clamp(n, 1, count);
  }

  /** Drops the first {@code n}, never all. */
  void dropFirst(int n) {
    int from = Math.min(n, count - 1);
    System.arraycopy(ids, from, ids, 0, count - from);
    System.arraycopy(logits, from, logits, 0, count - from);
    System.arraycopy(probabilities, from, probabilities, 0, count - from);
    count -= from;
  }

  /**
   * Keeps those whose value in {@code score} is at least {@code bound}; the {@code least} largest
   * where these are fewer.
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
    count = n;
  }

  /** Largest logit, index of its first occurrence by id. */
  int argmax() {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (logits[i] > logits[best] || logits[i] == logits[best] && ids[i] < ids[best]) {
        best = i;
      }
    }
    return best;
  }

  /** Largest logit first; equal logits by id. */
  void sort() {
    sortPrefix(count);
  }

  /** The {@code k} largest first and sorted, the others behind them in any order. */
  void sortPrefix(int k) {
    if (!sorted) {
      selectTop(Math.min(k, count));
    }
  }

  /** Keeps the {@code k} largest, sorted. */
  void top(int k) {
    sortPrefix(k);
    keep(k);
    sorted = true;
  }

  /** Reorders by ascending {@code score}; equal scores by logit, then id. */
  void sortBy(float[] score) {
    Integer[] order = new Integer[count];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        (a, b) -> {
          int byScore = Float.compare(score[a], score[b]);
          return byScore != 0 ? byScore : Long.compare(key(a), key(b));
        });
    int[] oldIds = Arrays.copyOf(ids, count);
    float[] oldLogits = Arrays.copyOf(logits, count);
    float[] oldP = Arrays.copyOf(probabilities, count);
    for (int i = 0; i < count; i++) {
      ids[i] = oldIds[order[i]];
      logits[i] = oldLogits[order[i]];
      probabilities[i] = oldP[order[i]];
    }
    sorted = false;
  }

  /** Probabilities from logits: exps in float, their sum in double. */
  void softmax() {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      max = Math.max(max, logits[i]);
    }
    if (max == Float.NEGATIVE_INFINITY) {
      Arrays.fill(probabilities, 0, count, 1f / count);
      return;
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
      probabilities[i] = (float) Math.exp(logits[i] - max);
      sum += probabilities[i];
    }
    for (int i = 0; i < count; i++) {
      probabilities[i] = (float) (probabilities[i] / sum);
    }
  }

  /** Sort key: ascending keys are descending logits, then ascending ids. */
  private long key(int i) {
    int bits = Float.floatToRawIntBits(logits[i] + 0f); // −0 becomes 0
    int ordered = bits ^ bits >> 31 & 0x7fffffff; // ascending like the floats
    return (long) ~ordered << 32 | Integer.toUnsignedLong(ids[i]);
  }

  /** The k first by key to the front, sorted: a quickselect, then a sort of k longs. */
  private void selectTop(int k) {
    for (int i = 0; i < count; i++) {
      keys[i] = key(i);
    }
    int low = 0;
    int high = count - 1;
    while (low < high && k < count) {
      long pivot = keys[low + (high - low) / 2];
      int i = low;
      int j = high;
      while (i <= j) {
        while (keys[i] < pivot) {
          i++;
        }
        while (keys[j] > pivot) {
          j--;
        }
        if (i <= j) {
          long swap = keys[i];
          keys[i++] = keys[j];
          keys[j--] = swap;
        }
      }
      if (k - 1 <= j) {
        high = j;
      } else if (k - 1 >= i) {
        low = i;
      } else {
        break;
      }
    }
    Arrays.sort(keys, 0, k);
    for (int i = 0; i < count; i++) {
      ids[i] = (int) keys[i];
      int ordered = ~(int) (keys[i] >> 32);
      logits[i] = Float.intBitsToFloat(ordered ^ ordered >> 31 & 0x7fffffff);
    }
    sorted = k == count;
  }
}
