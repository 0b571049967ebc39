package dev.jora.template;

import java.time.Duration;

/**
 * What one rendering may take; beyond it stands a {@link TemplateException}.
 *
 * @param steps evaluated nodes, touched elements, and characters copied (16 are a step)
 * @param depth nesting of statements, expressions and calls
 * @param characters of one text, the output among them
 * @param time from begin to end
 */
public record Limits(long steps, int depth, int characters, Duration time) {
  /** Far above what prompts of a million tokens need. */
  public static final Limits DEFAULT = new Limits(20_000_000, 500, 1 << 24, Duration.ofSeconds(10));
}
