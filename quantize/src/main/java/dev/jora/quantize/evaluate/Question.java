package dev.jora.quantize.evaluate;

import java.util.ArrayList;
import java.util.List;

/**
 * Texts that begin alike, of which a model should find a right one the likeliest.
 *
 * @param answers one or more
 */
public record Question(List<Answer> answers) {
  /**
   * A text.
   *
   * @param tokens all of it
   * @param from the first token that counts, at least 1
   * @param to after the last that counts
   * @param right true: it is a right one
   */
  public record Answer(int[] tokens, int from, int to, boolean right) {}

  /**
   * A question of which all tokens count that come after the common beginning, and after the first
   * token at least: nothing can be said of it.
   */
  static Question ofEndings(List<int[]> texts, List<Boolean> right) {
    int common = Math.max(1, common(texts));
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      int[] text = texts.get(i);
      answers.add(new Answer(text, common, text.length, right.get(i)));
    }
    return new Question(answers);
  }

  /** Tokens that all texts begin with; each keeps one token of its own at least. */
  static int common(List<int[]> texts) {
    int least = texts.stream().mapToInt(text -> text.length).min().orElseThrow() - 1;
    int[] first = texts.getFirst();
    int n = 0;
    while (n < least) {
      int place = n;
      if (texts.stream().anyMatch(text -> text[place] != first[place])) {
        break;
      }
      n++;
    }
    return n;
  }

  /** False if the tokens of an answer that could count are none. */
  public boolean scorable() {
    return answers.stream().allMatch(answer -> answer.from() < answer.to());
  }

  /** Tokens that are read once for all answers: before the first that counts anywhere. */
  int prefix() {
    int common = common(answers.stream().map(Answer::tokens).toList());
    return Math.min(common, answers.stream().mapToInt(Answer::from).min().orElseThrow());
  }

  /** Tokens of the longest answer. */
  int longest() {
    return answers.stream().mapToInt(answer -> answer.tokens().length).max().orElseThrow();
  }
}
