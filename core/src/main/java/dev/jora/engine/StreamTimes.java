package dev.jora.engine;

/** What a stream has taken so far. */
final class StreamTimes {
  private final int cachedTokens;
  private int promptTokens;
  private long promptNanos;
  private int evalRuns;
  private long evalNanos;
  private int sampledTokens;
  private long sampleNanos;

  StreamTimes(int cachedTokens) {
    this.cachedTokens = cachedTokens;
  }

  /** The same prompt, of which nothing is drawn yet. */
  StreamTimes fork() {
    StreamTimes copy = new StreamTimes(cachedTokens);
    copy.promptTokens = promptTokens;
    copy.promptNanos = promptNanos;
    return copy;
  }

  /** A pass has read tokens that nobody drew. */
  void read(int tokens, long nanos) {
    promptTokens += tokens;
    promptNanos += nanos;
  }

  /** Only so many tokens of a prompt are held where its reading was given up. */
  void held(int length) {
    promptTokens = Math.max(0, length - cachedTokens);
  }

  /** A pass has read the token drawn. */
  void evaluated(long nanos) {
    evalRuns++;
    evalNanos += nanos;
  }

  /** A pass without the text itself has read it for the companion. */
  void waited(long nanos) {
    evalNanos += nanos;
  }

  void sampled(long nanos) {
    sampledTokens++;
    sampleNanos += nanos;
  }

  Timings timings() {
    return new Timings(
        cachedTokens, promptTokens, promptNanos, evalRuns, evalNanos, sampledTokens, sampleNanos);
  }
}
