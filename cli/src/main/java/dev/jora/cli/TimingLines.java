package dev.jora.cli;

import dev.jora.cli.common.CommonOptions;
import dev.jora.engine.Timings;

/** What a run took, in the lines and units of llama.cpp. */
final class TimingLines {
  private TimingLines() {}

  /**
   * Prints them on stderr.
   *
   * @param loaded nanoseconds until the model was ready
   */
  static void print(Timings t, long loaded, CommonOptions common) {
    common.err().println();
    common.info(
        "sampling time = %10.2f ms / %5d tokens (%8.2f ms per token, %8.2f tokens per second)",
        ms(t.sampleNanos()),
        t.sampledTokens(),
        perToken(t.sampleNanos(), t.sampledTokens()),
        perSecond(t.sampleNanos(), t.sampledTokens()));
    common.info("    load time = %10.2f ms", ms(loaded));
    common.info(
        "prompt eval time = %7.2f ms / %5d tokens (%8.2f ms per token, %8.2f tokens per second)",
        ms(t.promptNanos()),
        t.promptTokens(),
        perToken(t.promptNanos(), t.promptTokens()),
        t.promptPerSecond());
    common.info(
        "    eval time = %10.2f ms / %5d runs   (%8.2f ms per token, %8.2f tokens per second)",
        ms(t.evalNanos()), t.evalRuns(), perToken(t.evalNanos(), t.evalRuns()), t.evalPerSecond());
    common.info(
        "   total time = %10.2f ms / %5d tokens",
        ms(t.promptNanos() + t.evalNanos() + t.sampleNanos()), t.promptTokens() + t.evalRuns());
  }

  private static double ms(long nanos) {
    return nanos / 1e6;
  }

  private static double perToken(long nanos, int count) {
    return count == 0 ? 0 : nanos / 1e6 / count;
  }

  private static double perSecond(long nanos, int count) {
    return nanos == 0 ? 0 : count * 1e9 / nanos;
  }
}
