package dev.jora.quantize.evaluate;

import java.util.ArrayList;
import java.util.List;

/**
 * How a model expected a token.
 *
 * @param token the token
 * @param surprise −ln p
 * @param rank 1 for the likeliest; 1 + how many were likelier
 * @param likeliest the likeliest tokens in its place, likeliest first, as many as were asked for
 */
public record TokenScore(ScoredToken token, double surprise, int rank, List<Candidate> likeliest) {
  /**
   * A token that might have come.
   *
   * @param probability 0 to 1
   */
  public record Candidate(int id, double probability) {}

  /** {@link #of(ScoredToken, float[], LogSoftmax, int)} without other tokens. */
  public static TokenScore of(ScoredToken token, float[] logits, LogSoftmax softmax) {
    return of(token, logits, softmax, 0);
  }

  /**
   * What a row of logits says of a token.
   *
   * @param likeliest how many of the likeliest tokens to name
   * @throws EvaluateException if it is broken
   */
  public static TokenScore of(
      ScoredToken token, float[] logits, LogSoftmax softmax, int likeliest) {
    float logit = logits[token.id()];
    double surprise = softmax.surprise(logit);
    if (Double.isNaN(surprise)) {
      throw new EvaluateException(
          "the model is broken: its logits for token "
              + token.position()
              + " of the text are not numbers");
    }
    return new TokenScore(
        token, surprise, LogSoftmax.rank(logits, logit), likeliest(logits, softmax, likeliest));
  }

  /** A few of many: each is sorted in among those above it; equal ones are in order of id. */
  private static List<Candidate> likeliest(float[] logits, LogSoftmax softmax, int count) {
    List<Integer> ids = new ArrayList<>();
    float least = Float.NEGATIVE_INFINITY;
    for (int id = 0; count > 0 && id < logits.length; id++) {
      if (ids.size() < count || logits[id] > least) {
        int place = ids.size();
        while (place > 0 && logits[id] > logits[ids.get(place - 1)]) {
          place--;
        }
        ids.add(place, id);
        if (ids.size() > count) {
          ids.removeLast();
        }
        least = logits[ids.getLast()];
      }
    }
    return ids.stream()
        .map(id -> new Candidate(id, Math.exp(-softmax.surprise(logits[id]))))
        .toList();
  }

  /** The probability of the token, 0 to 1. */
  public double probability() {
    return Math.exp(-surprise);
  }
}
