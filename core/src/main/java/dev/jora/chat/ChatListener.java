package dev.jora.chat;

/** Follows an answer as it comes; every method runs on the thread that asked for it. */
public interface ChatListener {
  /** Part of the prompt has been read: {@code done} of {@code total} tokens that are new. */
  default void prompt(int done, int total) {}

  /** The model thinks. */
  default void thinking(String piece) {}

  /** The model says. */
  default void content(String piece) {}

  /** Asked before every pass: true ends the answer where it is. */
  default boolean cancelled() {
    return false;
  }
}
