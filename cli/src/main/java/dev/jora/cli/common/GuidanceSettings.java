package dev.jora.cli.common;

import dev.jora.gguf.Utf8;
import dev.jora.sampling.GuidedLogits;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What texts are led away from: classifier-free guidance. */
public final class GuidanceSettings {
  @Option(
      names = "--cfg-scale",
      paramLabel = "S",
      description =
          "How far to lead the text away from the negative prompt: each token is drawn from n + S"
              + " (l - n), log-probabilities behind the prompt (l) and behind the negative one (n);"
              + " 1 off (default: ${DEFAULT-VALUE}). It takes a second context.")
  float scale = 1;

  @Option(
      names = "--negative-prompt",
      paramLabel = "TEXT",
      description =
          "With --cfg-scale: another system prompt for the same conversation, or with --raw another"
              + " beginning (default: the last token of the prompt alone).")
  String negative;

  /** True if there is a second text. */
  public boolean isOn() {
    return scale != 1;
  }

  /** How far, 1 being not at all. */
  public float scale() {
    return scale;
  }

  /** The negative prompt; empty if there is none. */
  public String text() {
    return negative == null ? "" : negative;
  }

  /** Takes its text as it is meant; once, before it is used. */
  public void unescape(EscapeOptions escapes) {
    negative = escapes.text(negative);
  }

  /** The text of a file with the negative prompt; null for none. */
  public String read(Path file) {
    if (file != null && negative != null) {
      throw UserException.usage(
          "give the negative prompt once: --negative-prompt or --negative-prompt-file");
    }
    if (file == null) {
      return null;
    }
    TextFiles.check(file);
    return Utf8.decode(PromptOptions.dropLineEnd(PromptOptions.read(file)));
  }

  /** Takes the text of a file; null: there is none. */
  public void take(String read) {
    negative = read == null ? negative : read;
  }

  /** Refuses a scale that cannot be. */
  public void check() {
    try {
      GuidedLogits.check(scale);
    } catch (IllegalArgumentException e) {
      throw UserException.usage(Flags.message(e), e);
    }
  }

  /** Says so where a negative prompt changes nothing. */
  public void warn(CommonOptions common) {
    if (!isOn() && !text().isEmpty()) {
      common.warn("the negative prompt has no effect at --cfg-scale 1");
    }
  }
}
