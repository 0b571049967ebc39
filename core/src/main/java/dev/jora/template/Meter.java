package dev.jora.template;

import java.util.concurrent.CancellationException;

/** Counts what a rendering takes against its {@link Limits}. */
final class Meter {
  private static final int CHARACTERS_PER_STEP = 16;
  private static final int STEPS_PER_LOOK = 64;

  private final Limits limits;
  private final long deadline;
  private long steps;
  private long characters; // and not yet counted as steps
  private long nextLook = STEPS_PER_LOOK;
  private int depth;

  Meter(Limits limits) {
    this.limits = limits;
    this.deadline = System.nanoTime() + limits.time().toNanos();
  }

  /** Takes steps; the clock is looked at now and then. */
  void steps(long n) {
    steps += n;
    if (steps > limits.steps()) {
      throw new Fault("it takes more than " + limits.steps() + " steps");
    }
    if (steps >= nextLook) {
      nextLook = steps + STEPS_PER_LOOK;
      if (System.nanoTime() - deadline > 0) {
        throw new Fault("it takes longer than " + limits.time().toMillis() + " ms");
      }
      if (limits.cancelled().getAsBoolean()) {
        throw new CancellationException("cancelled");
      }
    }
  }

  /** Copies characters to what then is a text of {@code total}. */
  void text(long total, int copied) {
    if (total > limits.characters()) {
      throw new Fault("a text grows beyond " + limits.characters() + " characters");
    }
    read(copied);
  }

  /** Looks at characters, once each: before that is done, or bit by bit. */
  void read(long n) {
    characters += n;
    if (characters >= CHARACTERS_PER_STEP) {
      steps(characters / CHARACTERS_PER_STEP);
      characters %= CHARACTERS_PER_STEP;
    }
  }

  /** One level deeper; {@link #leave} follows. */
  void enter() {
    if (++depth > limits.depth()) {
      throw new Fault("it nests deeper than " + limits.depth() + " levels");
    }
    steps(1);
  }

  void leave() {
    depth--;
  }
}
