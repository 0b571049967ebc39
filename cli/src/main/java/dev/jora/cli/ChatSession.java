package dev.jora.cli;

import dev.jora.chat.ChatException;
import dev.jora.chat.Conversation;
import dev.jora.chat.Message;
import dev.jora.chat.Reply;
import dev.jora.cli.terminal.AnswerPrinter;
import dev.jora.engine.StopReason;
import dev.jora.gguf.Utf8;
import dev.jora.model.ContextOverflowException;
import dev.jora.sampling.Logprobs;
import dev.jora.template.TemplateException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A conversation at work: takes words and commands from a screen and has the model answer. */
final class ChatSession {
  private static final int NEXT_TOKENS = 10;

  private final ChatModel model;
  private final ChatScreen screen;
  private final ChatSettings settings;
  private final ChatBook book;
  private final StringBuilder attached = new StringBuilder();
  private boolean left;

  /**
   * A conversation.
   *
   * @param book what is said, and where it is kept
   */
  ChatSession(ChatModel model, ChatScreen screen, ChatSettings settings, ChatBook book) {
    this.model = model;
    this.screen = screen;
    this.settings = settings;
    this.book = book;
  }

  private Conversation talk() {
    return book.conversation();
  }

  /**
   * Talks until there is nothing more to say.
   *
   * @param first what is said before anything is read, or null
   * @param once true: nothing is read
   */
  void run(String first, boolean once) {
    talk().last().filter(m -> m.is(Message.ASSISTANT)).ifPresent(this::showAgain);
    if (first != null) {
      guarded(() -> say(first));
    }
    while (!left && !once) {
      String line = screen.read();
      if (line == null) {
        return;
      }
      guarded(() -> take(line));
    }
  }

  /** What goes wrong is told; a pipe ends, as nobody is there to do better. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (UserException | ChatException | TemplateException | ContextOverflowException e) {
      if (!screen.isInteractive()) {
        throw e;
      }
      screen.note(e.getMessage());
    }
  }

  private void take(String line) {
    String words = line.strip();
    int end = words.indexOf(' ') < 0 ? words.length() : words.indexOf(' ');
    String name = words.substring(0, end);
    SlashCommand command = SlashCommands.find(name);
    if (command != null) {
      command.action().run(this, words.substring(end).strip());
    } else if (name.matches("/[a-z]+")) {
      throw new UserException(
          "there is no " + name + ": /help lists the commands; // begins words with a slash");
    } else if (!words.isEmpty()) {
      say(words.startsWith("//") ? words.substring(1) : line);
    }
  }

  // ---- answers -----------------------------------------------------------------------------

  private void say(String words) {
    talk().add(Message.user(attached + words));
    attached.setLength(0);
    try {
      answer();
    } catch (RuntimeException e) {
      talk().undo(); // as if it had not been said
      throw e;
    }
  }

  private void answer() {
    List<Message> messages = book.messages();
    Reply reply = shown(view -> model.answer(messages, settings, view));
    if (reply.message().content().isEmpty() && reply.stop() == StopReason.INTERRUPTED) {
      talk().undo();
      screen.note("stopped before the answer: what you said is taken back, arrow up brings it");
      return;
    }
    talk().add(reply.message());
    after(reply);
  }

  /** What an answer is asked by. */
  @FunctionalInterface
  private interface Question {
    Reply ask(AnswerView view);
  }

  private Reply shown(Question question) {
    AnswerView view = new AnswerView(screen, model.foldsThinking());
    screen.begin();
    try {
      return question.ask(view);
    } finally {
      view.finish();
    }
  }

  private void after(Reply reply) {
    if (screen.isInteractive()) {
      screen.note(model.status(reply, screen.columns()));
    }
    if (reply.stop() == StopReason.CONTEXT) {
      screen.note(
          String.format(
              "the context of %d tokens is full and the answer cut: /undo or /clear makes room,"
                  + " --context-shift forgets the oldest, -c sets the size",
              model.contextSize()));
    }
    book.autosave(settings);
  }

  private void showAgain(Message message) {
    AnswerPrinter printer = screen.answer();
    printer.accept(message.content());
    printer.finish();
  }

  // ---- commands ----------------------------------------------------------------------------

  void help() {
    List<String> lines = new ArrayList<>();
    for (SlashCommand command : SlashCommands.ALL) {
      String usage = command.name() + " " + command.arguments();
      lines.add(Text.padded(usage, 23) + command.help());
    }
    lines.add("\"\"\" begins and ends words of several lines; so does \\ at");
    lines.add("the end of a line, Alt+Enter, or pasting them");
    screen.show(lines);
  }

  void exit() {
    left = true;
  }

  void regenerate() {
    if (!talk().undoAnswer()) {
      throw new UserException("there is nothing to answer yet");
    }
    answer();
  }

  void goOn() {
    Message begun =
        talk()
            .last()
            .filter(m -> m.is(Message.ASSISTANT))
            .orElseThrow(() -> new UserException("there is no answer to go on with"));
    List<Message> messages = book.messages();
    Reply reply = shown(view -> model.goOn(messages, settings, view));
    talk().replaceLast(begun.content() + reply.message().content());
    after(reply);
  }

  void retry(String words) {
    int n = Alternatives.number(words);
    if (!talk().undoAnswer()) {
      throw new UserException("there is nothing to answer yet");
    }
    Reply chosen = new Alternatives(model, screen).choose(n, book.messages(), settings);
    talk().add(chosen.message());
    if (!screen.isInteractive()) {
      showAgain(chosen.message());
    }
    after(chosen);
  }

  /** A number of a command; −1 for what is none. */
  static int number(String words) {
    try {
      return Integer.parseInt(words.strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  void undo() {
    Optional<String> words = talk().undo();
    screen.note(words.map(w -> "taken back: " + w).orElse("there is nothing to take back"));
  }

  void edit(String words) {
    Optional<Message> last =
        talk().messages().reversed().stream().filter(m -> m.is(Message.USER)).findFirst();
    String old = last.orElseThrow(() -> new UserException("you have said nothing yet")).content();
    String changed = words.isEmpty() ? screen.ask("> ", old) : words;
    if (changed == null || changed.isBlank()) {
      screen.note("left as it was");
      return;
    }
    talk().undo();
    say(changed);
  }

  void clear() {
    book.begin();
    attached.setLength(0);
    screen.note("a new conversation");
    talk().last().ifPresent(this::showAgain);
  }

  void system(String words) {
    if (words.isEmpty()) {
      screen.note(talk().system().map(s -> "system prompt: " + s).orElse("no system prompt"));
      return;
    }
    talk().system(words);
    screen.note("the system prompt is set");
  }

  void attach(String file) {
    String text = MessageFiles.read(MessageFiles.path(required(file, "/read FILE")));
    attached.append(text.endsWith("\n") ? text : text + "\n").append('\n');
    screen.note(
        String.format(
            "%d lines, about %d tokens: they go with what you say next",
            text.lines().count(), model.count(text)));
  }

  private static String required(String words, String usage) {
    if (words.isEmpty()) {
      throw new UserException("what is missing: " + usage);
    }
    return words;
  }

  void save(String file) {
    Path saved = book.save(file.isEmpty() ? null : MessageFiles.path(file), settings);
    screen.note("saved to " + saved);
  }

  void load(String file) {
    book.load(MessageFiles.path(required(file, "/load FILE")), settings, List.of());
    screen.note(talk().messages().size() + " messages");
    talk().last().filter(m -> m.is(Message.ASSISTANT)).ifPresent(this::showAgain);
  }

  void branch(String name) {
    if (!name.isEmpty()) {
      talk().fork(name);
    }
    for (String each : talk().names()) {
      screen.note((each.equals(talk().branch()) ? "* " : "  ") + each);
    }
  }

  void switchTo(String name) {
    talk().switchTo(required(name, "/switch NAME"));
    screen.note("in branch " + name);
    talk().last().filter(m -> m.is(Message.ASSISTANT)).ifPresent(this::showAgain);
  }

  void set(String words) {
    if (words.isEmpty()) {
      List<String> lines = new ArrayList<>();
      for (String name : ChatSettings.names()) {
        lines.add(Text.padded(name, 24) + settings.value(name));
      }
      screen.show(lines);
      return;
    }
    int space = words.indexOf(' ');
    String name = space < 0 ? words : words.substring(0, space);
    if (space >= 0) {
      String value = words.substring(space + 1).strip();
      if (value.equals("default")) {
        settings.unset(name);
      } else {
        settings.set(name, List.of(value));
      }
    }
    screen.note(name + " = " + settings.value(name));
  }

  void stats() {
    screen.show(model.stats());
  }

  void tokens() {
    List<String> lines = new ArrayList<>();
    for (int id : model.lastPrompt()) {
      String piece = Text.quoted(Utf8.decode(NextTokens.piece(model.tokenizer(), id)));
      lines.add(String.format("%7d  %s", id, piece));
    }
    screen.show(lines.isEmpty() ? List.of("nothing was read yet") : lines);
  }

  void next(String words) {
    int n = words.isEmpty() ? NEXT_TOKENS : number(words);
    if (n < 1) {
      throw new UserException("/next takes a number from 1");
    }
    if (talk().last().isEmpty()) {
      throw new UserException("nothing was said yet that could go on");
    }
    screen.begin();
    float[] logits = model.next(book.messages(), new AnswerView(screen, true));
    if (logits != null) {
      screen.show(NextTokens.table(Logprobs.top(logits, n), model.tokenizer()));
    }
  }
}
