package dev.jora.cli;

import dev.jora.chat.ChatFormat;
import dev.jora.chat.Conversation;
import dev.jora.chat.Message;
import dev.jora.chat.RenderedPrompt;
import dev.jora.chat.tools.Tools;
import dev.jora.cli.common.EscapeOptions;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Session;
import dev.jora.cli.common.TemplateOptions;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.Utf8;
import dev.jora.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run reads.
 *
 * @param ids its tokens
 * @param shown what is printed before the continuation; nothing where an answer follows
 * @param messages of a request to be answered; none for a text to be continued
 * @param format of a request to be answered; null for a text to be continued
 * @param rendered what the format made of the request; null likewise
 */
record RunPrompt(
    int[] ids, byte[] shown, List<Message> messages, ChatFormat format, RenderedPrompt rendered) {
  /** Places in the context that a prompt must leave free, as in llama.cpp. */
  private static final int RESERVE = 4;

  private static final byte[] NOTHING = {};

  /** A text to be continued, in tokens. */
  static RunPrompt raw(int[] ids, byte[] shown) {
    return new RunPrompt(ids, shown, List.of(), null, null);
  }

  /**
   * A request to be answered.
   *
   * @param tools that may be called
   * @param escapes how texts on the command line are meant
   */
  static RunPrompt chat(
      byte[] text,
      TemplateOptions template,
      Tools tools,
      EscapeOptions escapes,
      Session session,
      Interrupt interrupt) {
    ChatFormat plain =
        template.format(
            template.asked(),
            session.model().metadata(),
            session.tokenizer(),
            interrupt::requested);
    ChatFormat format = tools.areOffered() ? plain.offering(tools) : plain;
    List<Message> messages = new ArrayList<>();
    String system = template.systemText(escapes);
    if (system != null) {
      messages.add(Message.system(system));
    }
    messages.add(Message.user(Utf8.decode(text)));
    RenderedPrompt prompt = format.prompt(messages, true);
    return new RunPrompt(prompt.ids(), NOTHING, messages, format, prompt);
  }

  /**
   * What a text is led away from: the same request with another system text, or another text to be
   * continued; of no text, no tokens.
   */
  RunPrompt negative(String text, Tokenizer tokenizer) {
    if (text.isEmpty() || !isChat()) {
      int[] other = text.isEmpty() ? new int[0] : tokenizer.encode(text, true, true);
      return raw(other, NOTHING);
    }
    List<Message> told = Conversation.told(messages, text);
    RenderedPrompt prompt = format.prompt(told, true);
    return new RunPrompt(prompt.ids(), NOTHING, told, format, prompt);
  }

  /** Refuses a prompt that is empty, or does not fit into a context. */
  void check(int contextSize) {
    if (ids.length == 0) {
      throw new UserException("input is empty: the prompt has no tokens, and the model adds none");
    }
    if (contextSize <= RESERVE) {
      throw new UserException(
          String.format(
              "a context of %d is too small: a prompt of %d tokens needs at least %d (-c sets it)",
              contextSize, ids.length, ids.length + RESERVE));
    }
    checkFits("prompt", contextSize);
  }

  /**
   * Refuses more tokens than a context takes.
   *
   * @param name of what has them
   */
  void checkFits(String name, int contextSize) {
    if (ids.length > contextSize - RESERVE) {
      throw new UserException(
          String.format(
              "%s is too long: %d tokens, a context of %d takes at most %d (-c sets it)",
              name, ids.length, contextSize, contextSize - RESERVE));
    }
  }

  /** Tokens that stay when the context is shifted: those before the writer's first word. */
  int opening(Tokenizer tokenizer) {
    return isChat() ? format.opening(messages) : tokenizer.addsBos() ? 1 : 0;
  }

  /** True if what follows is an answer, not a continuation. */
  boolean isChat() {
    return format != null;
  }
}
