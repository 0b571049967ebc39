package dev.jora.cli;

import dev.jora.chat.ChatListener;
import dev.jora.chat.Message;
import dev.jora.chat.Reply;
import dev.jora.cli.terminal.SideBySide;
import java.util.List;
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
    int n = words.isEmpty() ? 2 : ChatSession.number(words);
    if (n < 1 || n > MOST) {
      throw new UserException("/retry takes a number from 1 to " + MOST);
    }
    return n;
  }

  /** The answer that was chosen; where nobody chooses, the first. */
  Reply choose(int n, List<Message> messages, ChatSettings settings) {
    screen.begin();
    List<Unseen> listeners = Stream.generate(() -> new Unseen(screen, n)).limit(n).toList();
    List<Reply> replies = model.alternatives(messages, settings, listeners);
    screen.progress("");
    List<String> texts = replies.stream().map(reply -> reply.message().content()).toList();
    screen.show(SideBySide.text(texts, screen.columns(), screen.style()).lines().toList());
    return replies.get(n == 1 ? 0 : choice(n) - 1);
  }

  private int choice(int n) {
    while (true) {
      String answer = screen.ask("keep which one, 1 to " + n + "? ", "");
      if (answer == null || answer.isBlank()) {
        return 1;
      }
      int chosen = ChatSession.number(answer);
      if (chosen >= 1 && chosen <= n) {
        return chosen;
      }
    }
  }

  /** One of the answers, which are shown when all are whole. */
  private static final class Unseen implements ChatListener {
    private final ChatScreen screen;
    private final int answers;
    private int tokens;

    Unseen(ChatScreen screen, int answers) {
      this.screen = screen;
      this.answers = answers;
    }

    @Override
    public void token(int id, float[] logits) {
      tokens++;
      screen.progress(answers + " answers: " + tokens + " tokens each ...");
    }

    @Override
    public boolean cancelled() {
      return screen.cancelled();
    }
  }
}
