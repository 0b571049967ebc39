package dev.jora.cli.evaluate;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.SessionSettings;
import java.nio.file.Path;

/**
 * What is measured and how it is told: what all modes of {@code perplexity} are given.
 *
 * @param settings what models are opened with
 * @param text what they are measured on
 * @param base the file of a base model's log-probabilities; null for none
 * @param json true: one JSON object on stdout in place of lines
 */
record Evaluation(SessionSettings settings, PerplexityText text, Path base, boolean json) {
  /** With models opened in another way. */
  Evaluation with(SessionSettings others) {
    return new Evaluation(others, text, base, json);
  }

  /** The model, of several the base. */
  Path model() {
    return settings.model().path();
  }

  /** Where messages go. */
  CommonOptions common() {
    return settings.common();
  }
}
