package dev.jora.engine;

/**
 * What a generation took. A pass that several share counts whole for each of them.
 *
 * @param cachedTokens tokens that were there before
 * @param promptTokens tokens read before the first was drawn, and in passes with forced ones
 * @param promptNanos time to read them
 * @param evalRuns passes of one token each
 * @param evalNanos time of those passes
 * @param sampledTokens tokens drawn
 * @param sampleNanos time to draw them
 */
public record Timings(
    int cachedTokens,
    int promptTokens,
    long promptNanos,
    int evalRuns,
    long evalNanos,
    int sampledTokens,
    long sampleNanos) {
  /** Prompt tokens per second. */
  public double promptPerSecond() {
    return perSecond(promptTokens, promptNanos);
  }

  /** Generated tokens per second. */
  public double evalPerSecond() {
    return perSecond(evalRuns, evalNanos);
  }

  private static double perSecond(int count, long nanos) {
    return nanos == 0 ? 0 : count * 1e9 / nanos;
  }
}
