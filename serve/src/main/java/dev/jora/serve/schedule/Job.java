package dev.jora.serve.schedule;

import dev.jora.engine.Generator;
import dev.jora.sampling.SamplerChain;

/**
 * A text that is wanted.
 *
 * @param prompt one token or more, and room for one in the context
 * @param sampler for this text alone, which has seen nothing
 * @param options when to stop; a full context ends a text
 * @param negative what the text is led away from; null for nothing
 * @param reuse true if what others have read may be used
 */
public record Job(
    int[] prompt,
    SamplerChain sampler,
    Generator.Options options,
    Negative negative,
    boolean reuse,
    Follower follower) {
  /**
   * A negative prompt.
   *
   * @param scale how far to be led away
   * @param prompt its tokens; empty: the last token of the text's prompt
   */
  public record Negative(float scale, int[] prompt) {}
}
