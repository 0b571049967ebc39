package dev.jora.cli;

import java.nio.file.Path;
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
    RunCommand run = new RunCommand();
    int i = 1;
    while (i < words.length) {
      if (flag(run, words[i])) {
        i++;
      } else if (i + 1 < words.length && valued(run, words[i], words[i + 1])) {
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

  private static boolean flag(RunCommand run, String option) {
    switch (option) {
      case "--json" -> run.json = true;
      case "--raw" -> run.raw = true;
      case "--no-display-prompt" -> run.hidePrompt = true;
      case "-q", "--quiet" -> run.common.quiet = true;
      case "-v", "--verbose" -> run.common.verbose = true;
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean valued(RunCommand run, String option, String value) {
    if (value.startsWith("-") || value.startsWith("@")) { // an option, a file of arguments
      return false;
    }
    try {
      switch (option) {
        case "-m", "--model" -> run.model.file = Path.of(value);
        case "-p", "--prompt" -> run.prompt.text = value;
        case "-f", "--file" -> run.prompt.file = Path.of(value);
        case "-n", "--predict", "--n-predict" -> run.predict = Integer.parseInt(value);
        case "-c", "--ctx-size" -> run.context.contextSize = Integer.parseInt(value);
        case "-t", "--threads" -> run.threads.threads = Integer.parseInt(value);
        case "--kernels" -> run.threads.kernels = value;
        case "-s", "--seed" -> run.sampling.seed = Long.parseLong(value);
        case "--temp", "--temperature" -> run.sampling.temperature = Float.parseFloat(value);
        case "--top-k" -> run.sampling.topK = Integer.parseInt(value);
        case "--top-p" -> run.sampling.topP = Float.parseFloat(value);
        case "--min-p" -> run.sampling.minP = Float.parseFloat(value);
        default -> {
          return false;
        }
      }
      return true;
    } catch (IllegalArgumentException e) { // no number or path: picocli says it in its words
      return false;
    }
  }
}
