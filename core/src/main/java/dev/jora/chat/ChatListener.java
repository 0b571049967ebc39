package dev.jora.chat;

import dev.jora.chat.tools.ToolCall;
import dev.jora.engine.GenerationListener;

/**
 * Follows an answer as it comes: a generation of which {@link #text} hears what the model says, and
 * {@link #thinking} what it thinks before. Every method runs on the thread that asked for it.
 */
public interface ChatListener extends GenerationListener {
  /** The model thinks. */
  default void thinking(String piece) {}

  /**
   * The model begins to call a tool.
   *
   * @param index from 0, counting the broken calls
   */
  default void call(int index, String id, String name) {}

  /** More of the arguments of the call that began last. */
  default void arguments(int index, String piece) {}

  /** The call that began last is whole. */
  default void called(int index, ToolCall call) {}

  /** The call that began last is none after all, and becomes text. */
  default void broken(int index) {}

  /** What was wrong with something that began as a call, in a sentence. */
  default void note(String sentence) {}
}
