package dev.jora.serve.schedule;

/**
 * How jobs are run.
 *
 * @param slots the most at once
 * @param queue the most that wait
 * @param cacheBytes what is kept of texts that have ended
 */
public record Settings(int slots, int queue, long cacheBytes) {
  /** Checks the numbers. */
  public Settings {
    if (slots < 1 || queue < 0 || cacheBytes < 0) {
      throw new IllegalArgumentException(slots + " slots, " + queue + " wait, " + cacheBytes);
    }
  }
}
