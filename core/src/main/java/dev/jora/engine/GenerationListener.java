package dev.jora.engine;

/** Follows a generation as it goes; every method runs on the generating thread. */
public interface GenerationListener {
  /**
   * Part of the prompt has been read.
   *
   * @param done tokens read so far
   * @param total tokens of the prompt
   */
  default void prompt(int done, int total) {}

  /**
   * A token was drawn.
   *
   * @param logits of the whole vocabulary, as the model gave them; valid during the call
   */
  default void token(int id, float[] logits) {}

  /** Text to show: whole characters, free of stop strings. */
  default void text(String piece) {}

  /** Asked before every pass: true ends the generation. */
  default boolean cancelled() {
    return false;
  }
}
