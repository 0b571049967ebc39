package dev.jora.cli.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.Figures;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Json;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.ProgressLine;
import dev.jora.cli.common.Session;
import dev.jora.cli.common.Terminal;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import dev.jora.model.Decoder;
import dev.jora.quantize.evaluate.Accuracy;
import dev.jora.quantize.evaluate.Choice;
import dev.jora.quantize.evaluate.Estimate;
import dev.jora.quantize.evaluate.HellaSwag;
import dev.jora.quantize.evaluate.MultipleChoice;
import dev.jora.quantize.evaluate.Question;
import dev.jora.quantize.evaluate.QuestionReader;
import dev.jora.quantize.evaluate.Tasks;
import dev.jora.quantize.evaluate.Winogrande;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tasks put to a model: what is told after each and at the end. */
final class TaskRun {
  /** Winogrande's score of fewer is not printed, as in llama.cpp. */
  private static final int LEAST = 100;

  private final Session session;
  private final Tasks tasks;
  private final int count;
  private final Evaluation evaluation;
  private final Accuracy accuracy = new Accuracy();
  private final ArrayNode choices = JsonNodeFactory.instance.arrayNode();
  private final Output out = Output.standard();

  /**
   * A run that has asked nothing.
   *
   * @param count how many of the tasks are asked, by lot; 0: all
   */
  TaskRun(Session session, Tasks tasks, int count, Evaluation evaluation) {
    this.session = session;
    this.tasks = tasks;
    this.count = count;
    this.evaluation = evaluation;
  }

  /** Asks until there is an end or an interrupt, and says what was found until then. */
  void run(Interrupt interrupt) {
    CommonOptions common = evaluation.common();
    warn(tasks.passedOver(), "is passed over", "are passed over");
    List<Question> questions = scorable();
    common.info(
        "perplexity: %d of %d %s tasks", questions.size(), tasks.size(), name().replace('_', '-'));
    if (!evaluation.json()) {
      out.print(header()).flush();
    }
    ProgressLine progress = new ProgressLine(common);
    try (Decoder decoder = session.decoder(session.options().batchSize());
        QuestionReader reader = new QuestionReader(decoder, session.prompts())) {
      reader.read(
          questions,
          (i, choice) -> {
            add(i, questions.get(i), choice);
            if (evaluation.json() || !Terminal.stdout()) {
              show(progress, i + 1, questions.size());
            }
          },
          interrupt::requested);
    }
    progress.clear();
    if (accuracy.done() < questions.size()) {
      common.warn("stopped after %d of %d tasks", accuracy.done(), questions.size());
    }
    if (evaluation.json()) {
      printJson(progress.seconds());
    } else if (accuracy.done() > 0) {
      printResult();
    }
  }

  /** One line, however many there are. */
  private void warn(List<String> what, String one, String several) {
    if (!what.isEmpty()) {
      evaluation
          .common()
          .warn(
              "%s: %s %s: %s",
              evaluation.text().file,
              what.size() == 1 ? "1 task" : what.size() + " tasks",
              what.size() == 1 ? one : several,
              Text.plain(String.join("; ", what.subList(0, Math.min(3, what.size()))))
                  + (what.size() > 3 ? "; ..." : ""));
    }
  }

  /** The questions, without those of which the model can say nothing. */
  private List<Question> scorable() {
    List<Question> all = tasks.questions(count, session.tokenizer());
    List<String> left = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (!all.get(i).scorable()) {
        left.add("task " + (i + 1) + " has no token before one that could be scored");
      }
    }
    if (left.size() == all.size()) {
      throw new UserException(
          evaluation.text().file + ": no task has a token that could be scored by this model");
    }
    warn(left, "is left out", "are left out");
    return all.stream().filter(Question::scorable).toList();
  }

  private static void show(ProgressLine progress, int done, int all) {
    String rate = String.format(Locale.ROOT, "%.1f/s", done / progress.seconds());
    progress.show((double) done / all, "task " + done + " of " + all, rate);
  }

  private String name() {
    return switch (tasks) {
      case HellaSwag _ -> "hellaswag";
      case Winogrande _ -> "winogrande";
      case MultipleChoice _ -> "multiple_choice";
    };
  }

  private String header() {
    return switch (tasks) {
      case HellaSwag _ -> "\ntask\tacc_norm\t95% confidence interval\n";
      case Winogrande _ -> "";
      case MultipleChoice _ -> "\ntask\tacc_norm\n";
    };
  }

  private void add(int i, Question question, Choice choice) {
    accuracy.add(choice);
    if (evaluation.json()) {
      ObjectNode node = choices.addObject();
      ArrayNode scores = node.putArray("scores");
      for (double score : choice.scores()) {
        scores.add(score);
      }
      node.put("chosen", choice.chosen()).put("right", choice.right());
      return;
    }
    double percent = 100 * accuracy.share().value();
    switch (tasks) {
      case HellaSwag _ ->
          out.printf(
              "%d\t%3.8f%%\t[%3.4f%%, %3.4f%%]\n",
              i + 1, percent, 100 * accuracy.lower(), 100 * accuracy.upper());
      case Winogrande _ ->
          out.printf(
              "%d\t%.4f\t%10.6f  %10.6f  %d  %d\n",
              i + 1,
              percent,
              choice.scores()[0],
              choice.scores()[1],
              choice.chosen() + 1,
              question.answers().get(0).right() ? 1 : 2);
      case MultipleChoice _ -> out.printf("%d\t%.8f\n", i + 1, percent);
    }
    out.flush();
  }

  private void printResult() {
    Estimate share = accuracy.share();
    out.println("");
    switch (tasks) {
      case HellaSwag _ -> {}
      case Winogrande _ -> {
        if (accuracy.done() >= LEAST) {
          out.printf("Final Winogrande score(%d tasks): %s\n", accuracy.done(), percent(share));
        }
      }
      case MultipleChoice _ -> {
        Estimate chance = accuracy.chance();
        out.printf("Final result: %s\n", percent(share));
        out.printf("Random chance: %s\n", percent(chance));
      }
    }
    out.flush();
  }

  private static String percent(Estimate share) {
    return Figures.bounded("%.4f", " +/- %.4f", 100 * share.value(), 100 * share.error());
  }

  private void printJson(double seconds) {
    ObjectNode root = EvaluationJson.start(name(), evaluation);
    root.put("tasks", accuracy.done());
    root.put("right", accuracy.right());
    EvaluationJson.put(root, "acc_norm", accuracy.share());
    EvaluationJson.put(root, "acc_norm_lower95", accuracy.lower());
    EvaluationJson.put(root, "acc_norm_upper95", accuracy.upper());
    EvaluationJson.put(root, "chance", accuracy.chance());
    root.set("choices", choices);
    root.put("seconds", seconds);
    Json.print(out, root);
  }
}
