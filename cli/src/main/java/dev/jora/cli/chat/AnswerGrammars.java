package dev.jora.cli.chat;

import dev.jora.chat.ChatFormat;
import dev.jora.chat.ReplyGrammar;
import dev.jora.chat.tools.ToolChoice;
import dev.jora.cli.common.GrammarSource;
import dev.jora.cli.common.Session;
import dev.jora.cli.common.ToolOptions;
import java.util.HashMap;
import java.util.Map;

/** What answers are held to: the grammar that is set, or that of calls to tools. */
final class AnswerGrammars {
  private final ToolOptions tools;
  private final ChatFormat format;
  private final Session session;
  private final Map<Boolean, ReplyGrammar> calls = new HashMap<>(); // by whether one must come
  private GrammarSource held; // the grammar that was set last, or null
  private ReplyGrammar replies; // it, over the vocabulary

  AnswerGrammars(ToolOptions tools, ChatFormat format, Session session) {
    this.tools = tools;
    this.format = format;
    this.session = session;
  }

  /** Refuses a grammar that the model cannot have. */
  void check(GrammarSource grammar) {
    ToolOptions.checkAlone(format.tools(), grammar);
    if (grammar != null && !grammar.isSame(held)) {
      grammar.compile(session, false);
    }
  }

  /**
   * What an answer is held to, or null; what is compiled is remembered until another grammar comes.
   *
   * @param grammar that is set, or null
   * @param asked true: the user; false: what a tool found, and no call needs to follow
   */
  ReplyGrammar answer(GrammarSource grammar, boolean asked) {
    ToolOptions.checkAlone(format.tools(), grammar); // it may be of a file
    if (grammar != null && !grammar.isSame(held)) {
      replies = grammar.replies(session);
    }
    held = grammar;
    return grammar == null ? calls(asked) : replies;
  }

  private ReplyGrammar calls(boolean asked) {
    if (!format.tools().areOffered()) {
      return null;
    }
    return calls.computeIfAbsent(
        asked && mustCall(),
        must ->
            tools.grammar(
                must ? format : format.offering(format.tools().choosing(ToolChoice.AUTO)),
                session));
  }

  /** True if an answer to the user's words is calls. */
  boolean mustCall() {
    return format.tools().areOffered() && format.tools().choice().isForced();
  }
}
