package dev.jora.chat;

import dev.jora.engine.GenerationListener;

/**
 * Follows an answer as it comes: a generation of which {@link #text} hears what the model says, and
 * {@link #thinking} what it thinks before. Every method runs on the thread that asked for it.
 */
public interface ChatListener extends GenerationListener {
  /** The model thinks. */
  default void thinking(String piece) {}
}
