package dev.jora.serve.write;

import dev.jora.chat.Reply;
import dev.jora.chat.tools.ToolCall;
import dev.jora.engine.Generation;
import java.util.List;

/** What happens to a text, in the order it happens. */
public sealed interface Event {
  /**
   * It has a place.
   *
   * @param cached tokens of the prompt that are not read again
   */
  record Begun(int slot, int cached) implements Event {}

  /** Part of the prompt has been read. */
  record Progress(int read, int total) implements Event {}

  /**
   * More of it.
   *
   * @param text what is shown; empty while it may begin a stop string
   * @param tokens drawn since the last event
   * @param drawn tokens in all
   */
  record Piece(String text, List<DrawnToken> tokens, int drawn) implements Event {}

  /** More of what the model thinks. */
  record Thought(String text, List<DrawnToken> tokens, int drawn) implements Event {}

  /** A call of a tool begins. */
  record Call(int index, String id, String name) implements Event {}

  /** More of the arguments of the call that began last. */
  record Arguments(int index, String text) implements Event {}

  /** The call that began last is whole. */
  record Called(int index, ToolCall call) implements Event {}

  /** The call that began last is none, and becomes text. */
  record Broken(int index) implements Event {}

  /**
   * The end.
   *
   * @param reply of an answer in a conversation, else null
   * @param ending the token that ended it and shows nothing; null for none
   */
  record End(Generation generation, Reply reply, DrawnToken ending) implements Event {}

  /** Something went wrong: the end, too. */
  record Fault(RuntimeException cause) implements Event {}
}
