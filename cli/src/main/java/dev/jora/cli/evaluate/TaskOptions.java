package dev.jora.cli.evaluate;

import dev.jora.cli.common.PromptOptions;
import dev.jora.cli.common.UserException;
import dev.jora.quantize.evaluate.HellaSwag;
import dev.jora.quantize.evaluate.MultipleChoice;
import dev.jora.quantize.evaluate.Tasks;
import dev.jora.quantize.evaluate.Winogrande;
import picocli.CommandLine.Option;

/** Tasks with right answers, in place of a text. */
final class TaskOptions {
  @Option(
      names = "--hellaswag",
      description = "HellaSwag; six lines per task: beginning, right ending, four endings.")
  boolean hellaSwag;

  @Option(
      names = "--hellaswag-tasks",
      paramLabel = "N",
      description = "How many, by lot; 0: all (default: ${DEFAULT-VALUE}).")
  int hellaSwagTasks = 400;

  @Option(
      names = "--winogrande",
      description = "Winogrande; CSV: index, sentence with _, two choices, 1 or 2.")
  boolean winogrande;

  @Option(
      names = "--winogrande-tasks",
      paramLabel = "N",
      description = "How many, by lot; 0: all (default: ${DEFAULT-VALUE}).")
  int winograndeTasks;

  @Option(
      names = "--multiple-choice",
      description = "Questions with any number of answers, in llama.cpp's binary format.")
  boolean multipleChoice;

  @Option(
      names = "--multiple-choice-tasks",
      paramLabel = "N",
      description = "How many, by lot; 0: all (default: ${DEFAULT-VALUE}).")
  int multipleChoiceTasks;

  @Option(
      names = {"-np", "--parallel"},
      paramLabel = "N",
      hidden = true,
      description = "Not needed: any number of answers is read side by side.")
  int parallel;

  /** True if tasks are wanted. */
  boolean wanted() {
    return hellaSwag || winogrande || multipleChoice;
  }

  /**
   * Refuses what cannot be.
   *
   * @param comparing true: several models are to be compared
   * @param perToken true: files of all tokens are wanted
   */
  void check(
      PerplexityText text, DivergenceOptions divergence, boolean comparing, boolean perToken) {
    int modes =
        (hellaSwag ? 1 : 0)
            + (winogrande ? 1 : 0)
            + (multipleChoice ? 1 : 0)
            + (divergence.compare ? 1 : 0)
            + (comparing ? 1 : 0);
    if (modes > 1) {
      throw UserException.usage(
          "one thing at a time: --hellaswag, --winogrande, --multiple-choice, --kl-divergence or"
              + " --compare");
    }
    if (hellaSwagTasks < 0 || winograndeTasks < 0 || multipleChoiceTasks < 0) {
      throw UserException.usage("the number of tasks is 0 (all) or more");
    }
    if (wanted() && (divergence.base != null || text.stride > 0)) {
      throw UserException.usage("tasks have no --kl-divergence-base and no --ppl-stride");
    }
    if (wanted() && (perToken)) {
      throw UserException.usage("--per-token and --heatmap are for texts, not for tasks");
    }
  }

  /** The tasks of a file. */
  Tasks read(PerplexityText text) {
    String name = text.required().toString();
    if (multipleChoice) {
      return MultipleChoice.read(PromptOptions.read(text.file), name);
    }
    return hellaSwag ? HellaSwag.read(text.bytes(), name) : Winogrande.read(text.bytes(), name);
  }

  /** How many of them to ask. */
  int count() {
    return multipleChoice ? multipleChoiceTasks : hellaSwag ? hellaSwagTasks : winograndeTasks;
  }
}
