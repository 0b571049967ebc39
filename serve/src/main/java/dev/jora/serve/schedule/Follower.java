package dev.jora.serve.schedule;

import dev.jora.engine.Generation;
import dev.jora.engine.GenerationListener;

/**
 * Follows a job. All of it runs on the engine's thread, for which everybody waits: what takes time
 * is another's.
 */
public interface Follower extends GenerationListener {
  /**
   * The job has a place.
   *
   * @param slot its number, of the lowest that was free
   * @param cached tokens of the prompt that need not be read
   */
  default void begun(int slot, int cached) {}

  /** The text is at its end. */
  void ended(Generation generation);

  /** Something went wrong with it. */
  void failed(RuntimeException fault);
}
