package dev.jora.bench;

/**
 * What is timed.
 *
 * @param prompt tokens read in batches
 * @param generated tokens read one by one after them
 * @param depth tokens that the sequence holds before the clock starts
 */
public record Workload(int prompt, int generated, int depth) {
  /** Tokens that are timed. */
  public int tokens() {
    return prompt + generated;
  }

  /** True if what comes after a text is timed, too: not for an encoder. */
  public boolean writes() {
    return generated > 0 || depth > 0;
  }

  /** Tokens that a sequence must hold. */
  public int context() {
    return depth + tokens();
  }
}
