package dev.jora.engine;

import dev.jora.sampling.GuidedLogits;
import java.util.Arrays;

/**
 * What a text is led away from: a negative prompt, which is continued by the same tokens. Each is
 * drawn from what {@link GuidedLogits} makes of the logits behind both.
 *
 * @param scale how far: 1 not at all, and then the negative prompt is not read; 0 is the negative
 *     prompt's text
 * @param cache where it is read, of the text's decoder and for this text alone; the caller's to
 *     close
 * @param prompt it as a whole, from where the cache begins; empty: the last token of the text's
 *     prompt, alone
 */
public record Guidance(float scale, PromptCache cache, int[] prompt) {
  /**
   * Checks the scale.
   *
   * @throws dev.jora.fault.ParameterException if it is no finite number
   */
  public Guidance {
    GuidedLogits.check(scale);
  }

  /** True if it changes anything. */
  public boolean isOn() {
    return scale != 1;
  }

  /** The same with tokens behind the negative prompt, which stand behind the text's prompt too. */
  public Guidance followedBy(int[] tokens) {
    if (prompt.length == 0) {
      return this;
    }
    int[] all = Arrays.copyOf(prompt, prompt.length + tokens.length);
    System.arraycopy(tokens, 0, all, prompt.length, tokens.length);
    return new Guidance(scale, cache, all);
  }
}
