package dev.jora.engine;

/**
 * Follows a generation as it goes; every method runs on the generating thread. One that throws ends
 * the text with that fault.
 */
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
   * @param logits of the whole vocabulary, as the model gave them, or as {@link Guidance} mixed
   *     them; valid during the call
   */
  default void token(int id, float[] logits) {}

  /** Text to show: whole characters, free of stop strings. */
  default void text(String piece) {}

  /**
   * A token was drawn and shown, and the text goes on: the place to {@link TextStream#force} what
   * comes next.
   */
  default void goesOn(TextStream stream) {}

  /** Asked before every pass, and between its layers: true ends the generation. */
  default boolean cancelled() {
    return false;
  }
}
