package dev.jora.cli.chat;

import dev.jora.chat.Message;
import dev.jora.chat.Reply;
import dev.jora.chat.tools.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Has the user say what tools find, and the model go on with that. */
final class ToolRounds {
  /** After so many, a model that does nothing but call is stopped. */
  private static final int MOST = 32;

  private final ChatScreen screen;

  ToolRounds(ChatScreen screen) {
    this.screen = screen;
  }

  /**
   * Goes on until an answer calls nothing, or nobody says what a tool found.
   *
   * @param first the calls of an answer
   * @param answer the answer to results; nothing if it came to nothing
   * @return false if nobody said what a tool found
   */
  boolean run(List<ToolCall> first, Function<List<Message>, Optional<Reply>> answer) {
    List<ToolCall> calls = first;
    for (int round = 0; !calls.isEmpty(); round++) {
      if (round == MOST) {
        screen.show("the model has called tools " + MOST + " times in a row: stopped");
        return true;
      }
      Optional<List<Message>> results = results(calls);
      if (results.isEmpty()) {
        return false;
      }
      calls = answer.apply(results.get()).map(r -> r.message().calls()).orElse(List.of());
    }
    return true;
  }

  private Optional<List<Message>> results(List<ToolCall> calls) {
    calls.forEach(screen::call);
    List<Message> results = new ArrayList<>();
    for (ToolCall call : calls) {
      String result = screen.result(call);
      if (result == null) {
        return Optional.empty();
      }
      results.add(Message.result(call, result));
    }
    return Optional.of(results);
  }
}
