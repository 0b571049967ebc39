package dev.jora.serve.schedule;

import java.util.concurrent.atomic.LongAdder;

/** What was done since the start, for metrics. Any thread may read. */
public final class Counts {
  final LongAdder promptTokens = new LongAdder();
  final LongAdder cachedTokens = new LongAdder();
  final LongAdder promptNanos = new LongAdder();
  final LongAdder drawnTokens = new LongAdder();
  final LongAdder drawnNanos = new LongAdder();
  final LongAdder passes = new LongAdder();
  final LongAdder busySlots = new LongAdder();
  final LongAdder texts = new LongAdder();
  volatile int longest;

  Counts() {}

  /** Tokens of prompts that were read. */
  public long promptTokens() {
    return promptTokens.sum();
  }

  /** Tokens of prompts that were there already. */
  public long cachedTokens() {
    return cachedTokens.sum();
  }

  /** Nanoseconds that prompts took. */
  public long promptNanos() {
    return promptNanos.sum();
  }

  /** Tokens that were drawn. */
  public long drawnTokens() {
    return drawnTokens.sum();
  }

  /** Nanoseconds that they took. */
  public long drawnNanos() {
    return drawnNanos.sum();
  }

  /** Passes of the model. */
  public long passes() {
    return passes.sum();
  }

  /** Texts at work, summed over the passes. */
  public long busySlots() {
    return busySlots.sum();
  }

  /** Texts that have ended. */
  public long texts() {
    return texts.sum();
  }

  /** Tokens of the longest context so far. */
  public int longest() {
    return longest;
  }
}
