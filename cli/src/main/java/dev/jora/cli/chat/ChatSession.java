package dev.jora.cli.chat;

import dev.jora.chat.Conversation;
import dev.jora.chat.Message;
import dev.jora.chat.Reply;
import dev.jora.cli.common.ErrorText;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.MessageFiles;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import dev.jora.cli.terminal.AnswerPrinter;
import dev.jora.engine.StopReason;
import dev.jora.model.ContextOverflowException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A conversation at work: takes words and commands from a screen and has the model answer. */
final class ChatSession {
  /** What looks like a command; a path does not. */
  private static final Pattern COMMAND =
      Pattern.compile("(?s)(/(?:[A-Za-z][A-Za-z-]*|\\?))(?:\\s+(.*))?");

  /** What somebody types who wants to go, and hardly ever says to a model. */
  private static final Set<String> LEAVING = Set.of("exit", "quit", "bye");

  private final ChatModel model;
  private final ChatScreen screen;
  private final ChatSettings settings;
  private final ChatBook book;
  private final ChatFacts facts;
  private final StringBuilder attached = new StringBuilder();
  private boolean left;
  private boolean spoken;

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
    this.facts = new ChatFacts(model, screen, settings, book);
  }

  private Conversation talk() {
    return book.conversation();
  }

  /** What can be asked about the conversation. */
  ChatFacts facts() {
    return facts;
  }

  /**
   * Talks until there is nothing more to say.
   *
   * @param first what is said before anything is read, or null
   * @param once true: nothing is read after the first words
   */
  void run(String first, boolean once, Interrupt interrupt) {
    if (screen.isInteractive()) {
      screen.note(model.introduction());
    }
    showExchange();
    if (screen.isInteractive() && talk().lastWords().isPresent()) {
      guarded(() -> screen.note(facts.size()));
    }
    if (first != null) {
      if (screen.isInteractive()) {
        screen.show("> " + first);
      }
      guarded(() -> say(first));
    }
    while (!left && !(once && spoken) && !interrupt.requested()) {
      interrupt.idle(this::leave);
      String line = screen.read();
      interrupt.busy();
      if (line == null) {
        return;
      }
      guarded(() -> take(line));
    }
  }

  /** A signal came while nobody said anything. */
  private void leave() {
    screen.close();
    model.keep();
  }

  /** What goes wrong is told; a pipe ends, as nobody is there to do better. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | OutOfMemoryError e) {
      if (!screen.isInteractive()) {
        throw e;
      }
      screen.progress("");
      screen.show(Text.bounded(Text.plain(ErrorText.sentence(e))));
    }
  }

  private void take(String line) {
    if (MultiLine.isQuoted(line)) {
      say(MultiLine.text(line));
      return;
    }
    Matcher matcher = COMMAND.matcher(line.strip());
    if (!matcher.matches()) {
      if (wantsToLeave(line)) {
        exit();
      } else if (!line.isBlank()) {
        say(isEscaped(line) ? line.strip().substring(1) : line);
      }
      return;
    }
    SlashCommand command = SlashCommands.find(matcher.group(1));
    if (command == null) {
      throw new UserException(
          "there is no "
              + matcher.group(1)
              + ": /help lists the commands; // begins words with a"
              + " slash");
    }
    String words = matcher.group(2) == null ? "" : matcher.group(2).strip();
    if (command.takes() == SlashCommand.Takes.NOTHING && !words.isEmpty()) {
      throw new UserException(command.name() + " takes nothing, so what is '" + words + "'?");
    }
    command.action().run(this, words);
  }

  private boolean wantsToLeave(String line) {
    if (!screen.isInteractive() || !LEAVING.contains(line.strip().toLowerCase(Locale.ROOT))) {
      return false;
    }
    String answer = screen.ask("leave? Enter does, n says it to the model: ", "");
    return answer == null || !answer.strip().toLowerCase(Locale.ROOT).startsWith("n");
  }

  /** {@code //help} says "/help"; of a comment in code both slashes are meant. */
  private static boolean isEscaped(String line) {
    String words = line.strip();
    return words.startsWith("//") && COMMAND.matcher(words.substring(1)).matches();
  }

  // ---- answers -----------------------------------------------------------------------------

  private void say(String words) {
    spoken = true;
    exchange(
        () -> talk().add(Message.user(attached + words)),
        () -> shown(view -> model.answer(book.messages(), settings, view)));
  }

  /** What is asked of the model. */
  @FunctionalInterface
  private interface Question {
    /** The answer, or nothing where none is wanted any more. */
    Optional<Reply> ask();
  }

  /**
   * Changes the conversation and has it answered. If that comes to nothing, all is as before.
   *
   * @param change leaves the user's words last
   */
  private void exchange(Runnable change, Question question) {
    List<Message> before = talk().messages();
    Optional<Reply> reply;
    try {
      change.run();
      reply = question.ask().filter(r -> !isNothing(r));
      reply.ifPresentOrElse(r -> talk().add(r.message()), () -> talk().restore(before));
    } catch (ContextOverflowException e) {
      talk().restore(before);
      throw new UserException(
          e.getMessage() + ", " + (e.tokens() - e.context()) + " too many: " + facts.roomAdvice(),
          e);
    } catch (RuntimeException | OutOfMemoryError e) {
      talk().restore(before);
      throw e;
    }
    if (reply.isEmpty()) {
      screen.show("stopped, and all is as it was; arrow up brings what you typed");
      return;
    }
    attached.setLength(0);
    after(reply.get());
  }

  private static boolean isNothing(Reply reply) {
    return reply.stop() == StopReason.INTERRUPTED
        && reply.message().content().isEmpty()
        && reply.message().reasoning() == null;
  }

  private Optional<Reply> shown(Function<AnswerView, Reply> question) {
    AnswerView view = new AnswerView(screen, model.foldsThinking());
    screen.begin();
    try {
      Reply reply = question.apply(view);
      view.finish();
      return Optional.of(reply);
    } catch (RuntimeException e) {
      view.abandon();
      throw e;
    }
  }

  private void after(Reply reply) {
    if (screen.isInteractive() && settings.timings) {
      screen.note(model.status(reply, screen.columns()));
    }
    if (reply.stop() == StopReason.CONTEXT) {
      screen.show(
          "the context of "
              + model.contextSize()
              + " tokens is full and the answer cut: "
              + facts.roomAdvice());
    }
    book.autosave(settings);
  }

  /** The last answer, for whoever comes back to it. */
  private void showLast() {
    if (screen.isInteractive()) {
      talk().last().filter(m -> m.is(Message.ASSISTANT)).ifPresent(this::show);
    }
  }

  /** The last question and its answer, likewise. */
  private void showExchange() {
    if (screen.isInteractive()) {
      talk()
          .lastWords()
          .ifPresent(words -> screen.show(("> " + words).lines().map(Text::plain).toList()));
    }
    showLast();
  }

  private void show(Message message) {
    AnswerPrinter printer = screen.answer();
    printer.accept(message.content());
    printer.finish();
  }

  private void withdrawAnswer() {
    if (!talk().undoAnswer()) {
      throw new UserException("there is nothing to answer yet");
    }
  }

  // ---- commands ----------------------------------------------------------------------------

  void exit() {
    left = true;
  }

  /** To the clipboard of whoever looks, by the terminal: over ssh too. */
  void copy() {
    Message answer =
        talk().messages().reversed().stream()
            .filter(m -> m.is(Message.ASSISTANT))
            .findFirst()
            .orElseThrow(() -> new UserException("there is no answer to copy yet"));
    screen.copy(answer.content());
    screen.show("asked the terminal to copy " + answer.content().length() + " characters (OSC 52)");
  }

  void regenerate() {
    exchange(
        this::withdrawAnswer, () -> shown(view -> model.answer(book.messages(), settings, view)));
  }

  void retry(String words) {
    int n = Alternatives.number(words);
    Alternatives alternatives = new Alternatives(model, screen);
    exchange(this::withdrawAnswer, () -> alternatives.choose(n, book.messages(), settings));
    if (!screen.isInteractive()) {
      talk().last().ifPresent(this::show);
    }
  }

  void goOn() {
    Optional<Message> begun = talk().last().filter(m -> m.is(Message.ASSISTANT));
    if (begun.isEmpty()) {
      throw new UserException("there is no answer to go on with");
    }
    List<Message> messages = book.messages();
    exchange(() -> talk().removeLast(), () -> shown(view -> model.goOn(messages, settings, view)));
  }

  void undo() {
    Optional<String> words = talk().undo();
    screen.show(words.map(w -> "taken back: " + w).orElse("there is nothing to take back"));
    book.autosave(settings);
  }

  void edit(String words) {
    String old =
        talk().lastWords().orElseThrow(() -> new UserException("you have said nothing yet"));
    String changed = words.isEmpty() ? screen.ask("> ", old) : words;
    if (changed == null || changed.isBlank()) {
      screen.show("left as it was");
      return;
    }
    exchange(
        () -> {
          talk().undo();
          talk().add(Message.user(changed));
        },
        () -> shown(view -> model.answer(book.messages(), settings, view)));
  }

  void clear() {
    book.begin();
    attached.setLength(0);
    screen.show("a new conversation");
    showLast();
    book.autosave(settings);
  }

  void system(String words) {
    if (!words.isEmpty()) {
      talk().system(words.equals("\"\"") ? "" : words);
      book.autosave(settings);
    }
    screen.show(talk().system().map(s -> "system prompt: " + s).orElse("no system prompt"));
  }

  void attach(String file) {
    String text = MessageFiles.read(MessageFiles.path(required(file, "/read FILE")));
    attached.append(text.endsWith("\n") ? text : text + "\n").append('\n');
    screen.show(
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
    screen.show("saved to " + saved);
  }

  void load(String file) {
    book.load(book.found(required(file, "/load FILE or N of /history")), settings);
    showExchange();
    screen.show(facts.size());
    if (talk().last().filter(m -> m.is(Message.USER)).isPresent()) {
      screen.show("the last words are not answered yet: /regen does that");
    }
  }

  void history(String number) {
    if (number.isEmpty()) {
      facts.history();
    } else {
      load(book.kept().numbered(ChatFacts.number(number)).toString());
    }
  }

  void branch(String name) {
    if (!name.isEmpty()) {
      talk().fork(name);
      book.autosave(settings);
    }
    for (String each : talk().names()) {
      screen.show((each.equals(talk().branch()) ? "* " : "  ") + each);
    }
  }

  void switchTo(String name) {
    talk().switchTo(required(name, "/switch NAME"));
    book.autosave(settings);
    screen.show("in branch " + name);
    showLast();
  }

  void set(String words) {
    facts.set(words);
    book.autosave(settings);
  }
}
