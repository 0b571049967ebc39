package dev.jora.quantize.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.exec.WorkPool;
import dev.jora.kernel.KernelSelector;
import dev.jora.quantize.evaluate.Question.Answer;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that share their beginning against every answer read alone. */
class QuestionReaderTest {
  private final Random random = new Random(1);

  private int[] text(int[] beginning, int prefix, int rest) {
    int[] text = random.ints(prefix + rest, 2, 380).toArray();
    System.arraycopy(beginning, 0, text, 0, prefix);
    text[prefix] =
        (prefix == 0 ? 5 : beginning[0]) + text[prefix] % 7; // so that some endings begin alike
    return text;
  }

  /** Endings of one token and of many, scored from where they part and from later on. */
  private List<Question> questions() {
    List<Question> questions = new ArrayList<>();
    for (int q = 0; q < 9; q++) {
      int prefix = q == 7 || q == 8 ? 0 : 1 + random.nextInt(20);
      int[] beginning = random.ints(prefix, 2, 360).toArray();
      List<Answer> answers = new ArrayList<>();
      for (int a = 0; a < 2 + q % 3; a++) {
        int[] text = text(beginning, prefix, 1 + (prefix == 0 ? 1 : 0) + random.nextInt(12));
        int from = Math.max(1, q % 2 == 0 ? prefix : Math.min(prefix + a, text.length - 1));
        int to = q == 5 && text.length - from > 1 ? text.length - 1 : text.length;
        answers.add(new Answer(text, from, to, a == 1));
      }
      questions.add(new Question(answers));
    }
    return questions;
  }

  private static TestModel open(String name, int pass, int context) {
    return new TestModel(
        Shared.testdata("architectures/" + name + "/model.gguf"),
        KernelSelector.best().kernels(),
        2,
        GgmlType.F32,
        pass,
        context);
  }

  private static double score(TestModel model, Answer answer) {
    float[][] logits = model.logits(answer.tokens(), answer.tokens().length);
    double sum = 0;
    for (int i = answer.from(); i < answer.to(); i++) {
      double all = 0;
      for (float logit : logits[i - 1]) {
        all += Math.exp(logit);
      }
      sum += logits[i - 1][answer.tokens()[i]] - Math.log(all);
    }
    return sum / (answer.to() - answer.from());
  }

  @ParameterizedTest
  @CsvSource({"llama,512", "llama,24", "llama,7", "mixtral,100", "gemma2,30"})
  void scoresAreThoseOfAnswersReadAlone(String name, int pass) {
    List<Question> questions = questions();
    List<Choice> choices = new ArrayList<>();
    try (TestModel model = open(name, pass, 1 << 20);
        WorkPool pool = new WorkPool(2);
        QuestionReader reader = new QuestionReader(model.decoder, pool)) {
      assertTrue(
          reader.read(
              questions,
              (i, choice) -> {
                assertEquals(choices.size(), i);
                choices.add(choice);
              },
              () -> false));
    }
    assertEquals(questions.size(), choices.size());
    int right = 0;
    try (TestModel model = open(name, 512, 1 << 20)) {
      for (int q = 0; q < questions.size(); q++) {
        List<Answer> answers = questions.get(q).answers();
        int best = 0;
        for (int a = 0; a < answers.size(); a++) {
          double expected = score(model, answers.get(a));
          assertEquals(expected, choices.get(q).scores()[a], 1e-4, "question " + q);
          best = expected > score(model, answers.get(best)) ? a : best;
        }
        assertEquals(best, choices.get(q).chosen());
        assertEquals(best == 1, choices.get(q).right());
        right += choices.get(q).right() ? 1 : 0;
      }
    }
    assertTrue(right > 0 && right < questions.size(), "both kinds of choices: " + right);
  }

  @Test
  void longQuestionsAndThoseWithoutABeginningAreRefused() {
    try (TestModel model = open("llama", 64, 16);
        WorkPool pool = new WorkPool(1);
        QuestionReader reader = new QuestionReader(model.decoder, pool)) {
      Question fine = Question.ofEndings(List.of(new int[] {1, 2}, new int[] {1, 3}), bools(2));
      Question tooLong = Question.ofEndings(List.of(new int[17], new int[] {0, 3}), bools(2));
      Question bare = Question.ofEndings(List.of(new int[] {2, 1}, new int[] {3}), bools(2));
      List<Choice> found = new ArrayList<>();
      fails(reader, List.of(fine, tooLong), "task 2", "17 tokens", "16");
      fails(reader, List.of(bare), "task 1", "without a token to score");
      assertFalse(reader.read(List.of(fine), (i, choice) -> found.add(choice), () -> true));
      assertTrue(found.isEmpty());
      assertTrue(reader.read(List.of(fine), (i, choice) -> found.add(choice), () -> false));
      assertEquals(1, found.size());
    }
  }

  private static List<Boolean> bools(int n) {
    return Collections.nCopies(n, true);
  }

  private static void fails(QuestionReader reader, List<Question> questions, String... parts) {
    String message =
        assertThrows(
                EvaluateException.class,
                () -> reader.read(questions, (i, choice) -> {}, () -> false))
            .getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), part + " in: " + message);
    }
  }
}
