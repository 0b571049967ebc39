package dev.jora.cli.chat;

import dev.jora.chat.ChatFormat;
import dev.jora.chat.ReplyGrammar;
import dev.jora.chat.tools.ToolChoice;
import dev.jora.cli.common.Session;
import java.util.HashMap;
import java.util.Map;

/** What holds calls to the tools of a conversation, each compiled once. */
final class CallGrammars {
  private final ChatFormat format;
  private final Session session;
  private final Map<Boolean, ReplyGrammar> grammars = new HashMap<>(); // by whether it must call

  CallGrammars(ChatFormat format, Session session) {
    this.format = format;
    this.session = session;
  }

  /**
   * The grammar of an answer, or null if there are no tools.
   *
   * @param asked true: the user; false: what a tool found, and no call needs to follow
   */
  ReplyGrammar answer(boolean asked) {
    if (!format.tools().areOffered()) {
      return null;
    }
    boolean forced = asked && format.tools().choice().isForced();
    return grammars.computeIfAbsent(
        forced,
        f ->
            ReplyGrammar.calling(
                f ? format : format.offering(format.tools().choosing(ToolChoice.AUTO)),
                session::compile));
  }
}
