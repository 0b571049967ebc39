package dev.jora.chat;

import dev.jora.engine.StopReason;
import dev.jora.engine.Timings;

/**
 * An answer.
 *
 * @param message what was said and thought
 * @param text of these tokens, with the markers of thinking and calls
 * @param ids tokens drawn, and those by which thinking was ended
 * @param stop why it ended
 * @param stopWord the stop string, or null
 * @param timings of the tokens read anew and drawn
 * @param complete false if it was held to a grammar that does not let it end here
 * @param promptTokens tokens of the whole prompt
 * @param tokens of prompt and answer, less those cut out to make room: what the context holds
 */
public record Reply(
    Message message,
    String text,
    int[] ids,
    StopReason stop,
    String stopWord,
    Timings timings,
    boolean complete,
    int promptTokens,
    int tokens) {
  /**
   * This as the end of an answer that had begun.
   *
   * @param said the whole of what was said
   */
  Reply after(Message begun, String said) {
    String thought = begun.reasoning();
    if (message.reasoning() != null) {
      thought = thought == null ? message.reasoning() : thought + message.reasoning();
    }
    Message whole = new Message(begun.role(), said, thought).calling(message.calls());
    return new Reply(whole, text, ids, stop, stopWord, timings, complete, promptTokens, tokens);
  }
}
