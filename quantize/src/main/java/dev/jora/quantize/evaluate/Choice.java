package dev.jora.quantize.evaluate;

/**
 * What a model chose.
 *
 * @param scores the mean log-probability of a token that counts, for every answer
 * @param chosen the answer with the highest score, the first of equals
 * @param right whether it is a right one
 */
public record Choice(double[] scores, int chosen, boolean right) {
  static Choice of(Question question, double[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return new Choice(scores, best, question.answers().get(best).right());
  }
}
