package dev.jora.cli;

import dev.jora.cli.common.GuidanceSettings;
import dev.jora.engine.Guidance;
import dev.jora.engine.PromptCache;
import dev.jora.model.Decoder;
import dev.jora.tokenizer.Tokenizer;
import java.util.function.ToIntFunction;

/** What a run is led away from, if it is: the negative prompt, and the cache where it is read. */
final class RunGuidance implements AutoCloseable {
  private final float scale;
  private final RunPrompt negative; // null: the run is led away from nothing
  private PromptCache cache;

  private RunGuidance(float scale, RunPrompt negative) {
    this.scale = scale;
    this.negative = negative;
  }

  /** The guidance of what is read, as the settings want it. */
  static RunGuidance of(GuidanceSettings settings, RunPrompt read, Tokenizer tokenizer) {
    RunPrompt negative = settings.isOn() ? read.negative(settings.text(), tokenizer) : null;
    return new RunGuidance(settings.scale(), negative);
  }

  /** Refuses a negative prompt that does not fit into a context. */
  void check(int contextSize) {
    if (negative != null) {
      negative.checkFits("the negative prompt", contextSize);
    }
  }

  /** How many rows of a pass it may take beside those of the prompt. */
  int rows() {
    return negative == null ? 0 : negative.ids().length + 1;
  }

  /**
   * It over a decoder, or null if there is none.
   *
   * @param kept what of a prompt stays when its context is shifted
   */
  Guidance over(Decoder decoder, ToIntFunction<RunPrompt> kept) {
    if (negative == null) {
      return null;
    }
    cache = new PromptCache(decoder, kept.applyAsInt(negative));
    return new Guidance(scale, cache, negative.ids());
  }

  @Override
  public void close() {
    if (cache != null) {
      cache.close();
    }
  }
}
