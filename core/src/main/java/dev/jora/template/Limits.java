package dev.jora.template;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What one rendering may take; beyond it stands a {@link TemplateException}.
 *
 * @param steps evaluated nodes, touched elements, and characters copied or looked at (16 are a
 *     step)
 * @param depth nesting of statements, expressions and calls
 * @param characters of one text, the output among them
 * @param time from begin to end
 * @param cancelled true once nobody waits for the text any more, which ends the rendering at once
 *     with a {@link java.util.concurrent.CancellationException}
 */
public record Limits(
    long steps, int depth, int characters, Duration time, BooleanSupplier cancelled) {
  /** Far above what prompts of a million tokens need. */
  public static final Limits DEFAULT = new Limits(20_000_000, 500, 1 << 24, Duration.ofSeconds(10));

  /** Limits of what nobody cancels. */
  public Limits(long steps, int depth, int characters, Duration time) {
    this(steps, depth, characters, time, () -> false);
  }

  /** The same limits for what somebody may cancel. */
  public Limits until(BooleanSupplier cancelled) {
    return new Limits(steps, depth, characters, time, cancelled);
  }
}
