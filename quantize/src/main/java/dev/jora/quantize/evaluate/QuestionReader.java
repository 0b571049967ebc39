package dev.jora.quantize.evaluate;

import dev.jora.exec.WorkPool;
import dev.jora.fault.Sentence;
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Asks a model questions, several in a pass. What the answers to a question have in common is read
 * once, and each answer goes on from there.
 */
public final class QuestionReader implements AutoCloseable {
  /** Hears what the model chose. */
  @FunctionalInterface
  public interface Results {
    /** The choice for a question; questions come in order, from 0 on. */
    void chosen(int question, Choice choice);
  }

  /**
   * Tokens to be read at the end of a sequence; logits of some of them are wanted.
   *
   * @param tokens [from, to) of these
   * @param wanted logits from this place on
   * @param asks for each place from {@code wanted} on: who asks for which token after it
   */
  private record Run(
      Sequence sequence, int[] tokens, int from, int to, int wanted, List<List<Ask>> asks) {}

  /** A token that counts for an answer: its log-probability is added to {@code sums[answer]}. */
  private record Ask(double[] sums, int answer, int token) {}

  private final Decoder decoder;
  private final WorkPool pool;
  private final float[][] logits;
  private final Batch batch = new Batch();

  /** A reader that is one of the decoder's users, and one of the pool's. */
  public QuestionReader(Decoder decoder, WorkPool pool) {
    this.decoder = decoder;
    this.pool = pool;
    this.logits = new float[decoder.options().logitRows()][decoder.model().vocabularySize()];
  }

  /**
   * Asks all questions.
   *
   * @param cancelled asked between layers
   * @return false if it was cancelled
   * @throws EvaluateException if a question is longer than the decoder's context
   */
  public boolean read(List<Question> questions, Results results, BooleanSupplier cancelled) {
    for (int i = 0; i < questions.size(); i++) {
      check(i, questions.get(i));
    }
    int next = 0;
    while (next < questions.size()) {
      int first = next;
      int tokens = 0;
      do {
        tokens += Math.max(1, questions.get(next++).prefix());
      } while (next < questions.size()
          && tokens + questions.get(next).prefix() <= decoder.options().batchSize());
      List<double[]> scores = scores(questions.subList(first, next), cancelled);
      if (scores == null) {
        return false;
      }
      for (int i = first; i < next; i++) {
        results.chosen(i, Choice.of(questions.get(i), scores.get(i - first)));
      }
    }
    return true;
  }

  private void check(int i, Question question) {
    int most = decoder.options().contextSize();
    if (question.longest() > most) {
      throw new EvaluateException(
          Sentence.of(
              "task %d has %d tokens, the context is %d: %s sets it",
              i + 1, question.longest(), most, DecoderOptions.CONTEXT_SIZE));
    }
    if (!question.scorable()) {
      throw new EvaluateException(
          "task %d has an answer without a token to score".formatted(i + 1));
    }
  }

  private List<double[]> scores(List<Question> questions, BooleanSupplier cancelled) {
    List<Sequence> open = new ArrayList<>();
    try {
      List<Run> beginnings = new ArrayList<>();
      List<double[]> sums = new ArrayList<>();
      for (Question question : questions) {
        Sequence sequence = decoder.newSequence();
        open.add(sequence);
        double[] sum = new double[question.answers().size()];
        sums.add(sum);
        beginnings.add(beginning(question, sequence, sum));
      }
      if (!read(beginnings, cancelled)) {
        return null;
      }
      List<Run> endings = new ArrayList<>();
      for (int q = 0; q < questions.size(); q++) {
        for (int a = 0; a < questions.get(q).answers().size(); a++) {
          Sequence sequence = beginnings.get(q).sequence().fork();
          open.add(sequence);
          endings.add(ending(questions.get(q), a, sequence, sums.get(q)));
        }
      }
      if (!read(endings, cancelled)) {
        return null;
      }
      for (int q = 0; q < questions.size(); q++) {
        List<Question.Answer> answers = questions.get(q).answers();
        for (int a = 0; a < answers.size(); a++) {
          sums.get(q)[a] /= answers.get(a).to() - answers.get(a).from();
        }
      }
      return sums;
    } finally {
      open.forEach(Sequence::close);
    }
  }

  /** The common tokens; the logits of the last are for answers that count from there. */
  private static Run beginning(Question question, Sequence sequence, double[] sums) {
    int prefix = question.prefix();
    List<Ask> asks = new ArrayList<>();
    for (int a = 0; a < sums.length; a++) {
      Question.Answer answer = question.answers().get(a);
      if (answer.from() == prefix) {
        asks.add(new Ask(sums, a, answer.tokens()[prefix]));
      }
    }
    int[] tokens = question.answers().getFirst().tokens();
    int wanted = asks.isEmpty() ? prefix : prefix - 1;
    return new Run(sequence, tokens, 0, prefix, wanted, asks.isEmpty() ? List.of() : List.of(asks));
  }

  /** The rest of an answer but its last token that counts, after which nothing is asked. */
  private static Run ending(Question question, int a, Sequence sequence, double[] sums) {
    Question.Answer answer = question.answers().get(a);
    int prefix = question.prefix();
    int wanted = Math.max(prefix, answer.from() - 1);
    List<List<Ask>> asks = new ArrayList<>();
    for (int place = wanted; place < answer.to() - 1; place++) {
      asks.add(List.of(new Ask(sums, a, answer.tokens()[place + 1])));
    }
    return new Run(sequence, answer.tokens(), prefix, answer.to() - 1, wanted, asks);
  }

  /** Reads runs, as many in a pass as it takes; false if cancelled. */
  private boolean read(List<Run> runs, BooleanSupplier cancelled) {
    int most = Math.min(decoder.options().batchSize(), decoder.options().contextSize());
    List<List<Ask>> asks = new ArrayList<>();
    batch.clear();
    for (Run run : runs) {
      int at = run.from();
      while (at < run.to()) {
        if (batch.size() == most || at > run.from()) {
          if (!forward(asks, cancelled)) {
            return false;
          }
        }
        int count = Math.min(run.to() - at, most - batch.size());
        int wanted = Math.clamp(run.wanted() - at, 0, count);
        batch.add(run.sequence(), run.tokens(), at, count, wanted, count);
        for (int i = wanted; i < count; i++) {
          asks.add(run.asks().get(at + i - run.wanted()));
        }
        at += count;
      }
    }
    return batch.size() == 0 || forward(asks, cancelled);
  }

  /** Reads the batch, answers what is asked of its outputs, and empties both. */
  private boolean forward(List<List<Ask>> asks, BooleanSupplier cancelled) {
    if (!decoder.forward(batch, cancelled)) {
      return false;
    }
    LogSoftmax[] found = new LogSoftmax[logits.length];
    for (int from = 0; from < asks.size(); from += logits.length) {
      int rows = Math.min(logits.length, asks.size() - from);
      for (int i = 0; i < rows; i++) {
        decoder.logits(from + i, logits[i]);
      }
      pool.run(
          rows,
          1,
          (begin, end, worker) -> {
            for (int i = begin; i < end; i++) {
              found[i] = LogSoftmax.of(logits[i]);
            }
          });
      for (int i = 0; i < rows; i++) {
        for (Ask ask : asks.get(from + i)) {
          ask.sums()[ask.answer()] -= found[i].surprise(logits[i][ask.token()]);
        }
      }
    }
    batch.clear();
    asks.clear();
    return true;
  }

  /** Nothing of its own. */
  @Override
  public void close() {
    batch.clear();
  }
}
