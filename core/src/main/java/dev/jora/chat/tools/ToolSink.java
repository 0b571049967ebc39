package dev.jora.chat.tools;

/** Where the text and the calls of an answer go. */
public interface ToolSink {
  /** More of the text. */
  void content(String text);

  /**
   * A call begins.
   *
   * @param index from 0, counting the broken ones
   */
  default void call(int index, String id, String name) {}

  /** More of the arguments of the call that began last. */
  default void arguments(int index, String text) {}

  /** The call that began last is whole. */
  default void called(int index, ToolCall call) {}

  /** The call that began last is none after all, and becomes text. */
  default void broken(int index) {}
}
