package dev.jora.cli.evaluate;

import dev.jora.cli.common.UserException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Comparing a model with another over the same text. */
final class DivergenceOptions {
  @Option(
      names = {"--kl-divergence-base", "--save-all-logits"},
      paramLabel = "FILE",
      description =
          "Write the log-probabilities of all tokens to FILE, in llama.cpp's format; or, with"
              + " --kl-divergence, the file to compare with.")
  Path base;

  @Option(
      names = "--kl-divergence",
      description = "Compare with the model that wrote the base file, on its text.")
  boolean compare;

  /** Refuses what cannot be. */
  void check(int stride) {
    if (compare && base == null) {
      throw UserException.usage("--kl-divergence needs --kl-divergence-base FILE to compare with");
    }
    if (base != null && stride > 0) {
      throw UserException.usage("a base file has no strides: leave --ppl-stride out");
    }
  }
}
