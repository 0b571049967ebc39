package dev.jora.cli.common;

/**
 * Options that several commands share, set one by one by whoever reads a command line without
 * picocli: those that most command lines have.
 */
public record PlainOptions(
    ModelOptions model,
    PromptOptions prompt,
    TemplateOptions template,
    SamplingOptions sampling,
    ContextOptions context,
    ThreadOptions threads,
    GpuOptions gpus,
    CommonOptions common) {

  /**
   * Sets an option that takes no value.
   *
   * @return false if it is none of these
   */
  public boolean flag(String option) {
    switch (option) {
      case "-q", "--quiet", "--log-disable" -> common.quiet = true;
      case "-v", "--verbose", "--log-verbose" -> common.verbose = true;
      case "--jinja" -> template.jinja = true;
      default -> {
        return false;
      }
    }
    return true;
  }

  /**
   * Sets an option to a value.
   *
   * @return false if it is none of these
   * @throws IllegalArgumentException if the value is no number and must be one
   * @throws UserException if it is no file's name and must be one
   */
  public boolean valued(String option, String value) {
    switch (option) {
      case "-m", "--model" -> model.word = plain(value);
      case "-p", "--prompt" -> prompt.text = value;
      case "-f", "--file" -> prompt.file = FilePath.of(value);
      case "-c", "--ctx-size" -> context.contextSize = Integer.parseInt(value);
      case "-t", "--threads" -> threads.threads = Integer.parseInt(value);
      case "--kernels" -> threads.kernels = value;
      case "-ngl", "--gpu-layers", "--n-gpu-layers" -> gpus.layers = DeviceOptions.Layers.of(value);
      case "-s", "--seed" -> sampling.seed = Long.parseLong(value);
      case "--temp", "--temperature" -> sampling.temperature = Float.parseFloat(value);
      case "--top-k" -> sampling.topK = Integer.parseInt(value);
      case "--top-p" -> sampling.topP = Float.parseFloat(value);
      case "--min-p" -> sampling.minP = Float.parseFloat(value);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** What a store has may have to be fetched, which is nothing plain. */
  private static ModelWord plain(String value) {
    ModelWord word = ModelWord.of(value);
    if (word.store() != null) {
      throw new IllegalArgumentException(value);
    }
    return word;
  }
}
