package dev.jora.cli.chat;

import dev.jora.chat.ChatListener;
import dev.jora.chat.Message;
import dev.jora.chat.Reply;
import dev.jora.cli.common.ToolOptions;
import dev.jora.cli.common.UserException;
import dev.jora.cli.terminal.SideBySide;
import dev.jora.engine.StopReason;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Several answers at once, shown side by side to choose from: {@code /retry N}. */
final class Alternatives {
  private static final int MOST = 9;

  private final ChatModel model;
  private final ChatScreen screen;

  Alternatives(ChatModel model, ChatScreen screen) {
    this.model = model;
    this.screen = screen;
  }

  /** How many are wanted. */
  static int number(String words) {
    int n = words.isEmpty() ? 2 : SlashCommand.number(words);
    if (n < 1 || n > MOST) {
      throw new UserException("/retry takes a number from 1 to " + MOST);
    }
    return n;
  }

  /**
   * The answer that was chosen, or nothing if none was; where nobody can choose, the first.
   *
   * @param messages what the model is to read
   */
  Optional<Reply> choose(int n, List<Message> messages, ChatSettings settings) {
    screen.begin();
    List<Unseen> listeners = IntStream.range(0, n).mapToObj(i -> new Unseen(screen, i, n)).toList();
    List<Reply> replies = model.alternatives(messages, settings, listeners);
    screen.progress("");
    boolean none =
        replies.stream()
            .allMatch(reply -> reply.stop() == StopReason.INTERRUPTED && shown(reply).isEmpty());
    if (none) {
      return Optional.empty();
    }
    List<String> texts = replies.stream().map(Alternatives::shown).toList();
    screen.show(SideBySide.text(texts, screen.columns(), screen.style()).lines().toList());
    int chosen = n == 1 || !screen.isInteractive() ? 1 : choice(n);
    return chosen == 0
        ? Optional.empty()
        : Optional.of(model.chosen(messages, replies, chosen - 1));
  }

  /** What an answer says, and whom it calls. */
  private static String shown(Reply reply) {
    Stream<String> calls = reply.message().calls().stream().map(ToolOptions::words);
    return Stream.concat(Stream.of(reply.message().content()), calls)
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  /** From 1; 0 for none. */
  private int choice(int n) {
    while (true) {
      String answer = screen.ask("keep which one, 1 to " + n + ", or 0 for the old? ", "");
      if (answer == null) {
        return 0;
      }
      int chosen = answer.isBlank() ? 1 : SlashCommand.number(answer);
      if (chosen >= 0 && chosen <= n) {
        return chosen;
      }
    }
  }

  /** One of the answers, which are shown when all are whole; the first says how far they are. */
  private static final class Unseen implements ChatListener {
    private final ChatScreen screen;
    private final int index;
    private final int answers;
    private int tokens;

    Unseen(ChatScreen screen, int index, int answers) {
      this.screen = screen;
      this.index = index;
      this.answers = answers;
    }

    @Override
    public void prompt(int done, int total) {
      screen.progress("reading " + done + " of " + total + " tokens");
    }

    @Override
    public void token(int id, float[] logits) {
      tokens++;
      if (index == 0) {
        screen.progress(answers + " answers: " + tokens + " tokens each ...");
      }
    }

    @Override
    public void taken(int count) {
      tokens -= count;
    }

    @Override
    public boolean cancelled() {
      return screen.cancelled();
    }
  }
}
