package dev.jora.cli;

import dev.jora.cli.common.PlainOptions;
import dev.jora.cli.common.UserException;
import dev.jora.cli.words.CommandWords;
import dev.jora.cli.words.OwnOptions;
import dev.jora.cli.words.Reading;
import java.util.List;
import java.util.Set;

/**
 * {@code jora run} with no more than the options that most runs have, read without picocli: to look
 * at all options there are takes picocli as long as a model needs to open and read a short prompt.
 * Whatever is not plain is left to it: other options and spellings, values that are no numbers or
 * may be options themselves, options set in the environment. A test holds both to the same results.
 */
final class PlainRun {
  /** Variables that begin as options do and are none. */
  private static final Set<String> NO_OPTIONS =
      Set.of("JORA_OPTS", "JORA_JDK", "JORA_JDK_URL", "JORA_JAVA_HOME");

  private PlainRun() {}

  /**
   * The command, ready to be called.
   *
   * @param words the command line, {@code run} first
   * @param variables names of the environment
   * @return null if the command line is not plain
   */
  static RunCommand parse(String[] words, Set<String> variables) {
    if (words.length == 0
        || !words[0].equals("run")
        || variables.stream().anyMatch(PlainRun::sets)) {
      return null;
    }
    List<String> args = List.of(words).subList(1, words.length);
    return CommandWords.read("run", args, PlainRun::values) instanceof Reading.Words plain
        ? parse(plain)
        : null;
  }

  private static RunCommand parse(Reading.Words plain) {
    RunCommand run = new RunCommand();
    run.common.idle(plain.idle());
    PlainOptions shared =
        new PlainOptions(
            run.model,
            run.prompt,
            run.template,
            run.sampling,
            run.context,
            run.threads,
            run.gpus,
            run.common);
    List<String> words = plain.words();
    int i = 0;
    while (i < words.size()) {
      String option = words.get(i);
      if (flag(run, option) || shared.flag(option)) {
        i++;
      } else if (i + 1 < words.size() && valued(run, shared, option, words.get(i + 1))) {
        i += 2;
      } else {
        return null;
      }
    }
    return run;
  }

  private static boolean sets(String variable) {
    return (variable.startsWith("JORA_") || variable.startsWith("LLAMA_ARG_"))
        && !NO_OPTIONS.contains(variable);
  }

  /** How many values follow an option that is plain. */
  private static int values(String option) {
    return switch (option) {
      case "--json", "--raw", "-no-cnv", "--no-conversation", "--no-display-prompt" -> 0;
      case "-q", "--quiet", "--log-disable", "-v", "--verbose", "--log-verbose" -> 0;
      case "-st", "--single-turn", "--jinja" -> 0;
      case "-m", "--model", "-p", "--prompt", "-f", "--file", "--kernels" -> 1;
      case "-n", "--predict", "--n-predict", "-c", "--ctx-size", "-t", "--threads" -> 1;
      case "-ngl", "--gpu-layers", "--n-gpu-layers" -> 1;
      case "-s", "--seed", "--temp", "--temperature", "--top-k", "--top-p", "--min-p" -> 1;
      default -> OwnOptions.NONE_SUCH;
    };
  }

  private static boolean flag(RunCommand run, String option) {
    switch (option) {
      case "--json" -> run.json = true;
      case "--raw", "-no-cnv", "--no-conversation" -> run.answers.raw = true;
      case "--no-display-prompt" -> run.hidePrompt = true;
      case "-st", "--single-turn" -> run.answers.singleTurn = true;
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean valued(RunCommand run, PlainOptions shared, String option, String value) {
    if (value.startsWith("-")) { // below zero, or an option that has lost its value
      return false;
    }
    try {
      switch (option) {
        case "-n", "--predict", "--n-predict" -> run.predict = Integer.parseInt(value);
        default -> {
          return shared.valued(option, value);
        }
      }
      return true;
    } catch (IllegalArgumentException
        | UserException e) { // no number or name: picocli says it in its words
      return false;
    }
  }
}
