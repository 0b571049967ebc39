package dev.jora.chat;

import dev.jora.engine.GenerationListener;

/** Follows an answer as it comes; every method runs on the thread that asked for it. */
public interface ChatListener {
  /** Part of the prompt has been read: {@code done} of {@code total} tokens that are new. */
  default void prompt(int done, int total) {}

  /** A token was drawn, from these logits; see {@link GenerationListener#token}. */
  default void token(int id, float[] logits) {}

  /** The model thinks. */
  default void thinking(String piece) {}

  /** The model says. */
  default void content(String piece) {}

  /** Asked before every pass: true ends the answer where it is. */
  default boolean cancelled() {
    return false;
  }
}
