package dev.jora.cli.chat;

import dev.jora.chat.Conversation;
import dev.jora.chat.Message;
import dev.jora.chat.Reply;
import dev.jora.chat.tools.ToolCall;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import dev.jora.cli.terminal.AnswerPrinter;
import dev.jora.engine.StopReason;
import dev.jora.model.ContextOverflowException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Has the model answer what is said, anew or further, and shows its answers. */
final class ChatAnswers {
  private final ChatModel model;
  private final ChatScreen screen;
  private final ChatSettings settings;
  private final ChatBook book;
  private final ChatFacts facts;
  private final StringBuilder attached = new StringBuilder();

  ChatAnswers(
      ChatModel model, ChatScreen screen, ChatSettings settings, ChatBook book, ChatFacts facts) {
    this.model = model;
    this.screen = screen;
    this.settings = settings;
    this.book = book;
    this.facts = facts;
  }

  private Conversation talk() {
    return book.conversation();
  }

  /** Something new is said. */
  void say(String words) {
    exchange(
        () -> talk().add(Message.user(attached + words)),
        () -> shown(view -> model.answer(book.messages(), settings, view)));
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
    if (!begun.get().calls().isEmpty()) {
      called(begun.get().calls());
      return;
    }
    List<Message> messages = book.messages();
    exchange(() -> talk().removeLast(), () -> shown(view -> model.goOn(messages, settings, view)));
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

  /** Puts a text before what is said next. */
  void attach(String text) {
    attached.append(text.endsWith("\n") ? text : text + "\n").append('\n');
    screen.show(
        String.format(
            "%d lines, about %d tokens: they go with what you say next",
            text.lines().count(), model.count(text)));
  }

  /** Nothing goes with what is said next. */
  void detach() {
    attached.setLength(0);
  }

  private void withdrawAnswer() {
    if (!talk().undoAnswer()) {
      throw new UserException("there is nothing to answer yet");
    }
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
    Optional<Reply> reply = once(change, question);
    reply.ifPresent(this::checkCalled);
    reply.ifPresent(r -> called(r.message().calls()));
  }

  /** An answer has called tools, or none: the model goes on with what they find. */
  private void called(List<ToolCall> calls) {
    boolean told = new ToolRounds(screen).run(calls, this::resultsAnswered);
    if (!told && screen.isInteractive()) {
      talk().undo(); // templates refuse calls without results
      screen.show("no result: what you said is taken back; arrow up brings it");
      book.autosave(settings);
    }
  }

  private Optional<Reply> resultsAnswered(List<Message> results) {
    return once(
        () -> results.forEach(talk()::add),
        () -> shown(view -> model.answer(book.messages(), settings, view)));
  }

  private Optional<Reply> once(Runnable change, Question question) {
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
      return reply;
    }
    detach();
    after(reply.get());
    return reply;
  }

  private static boolean isNothing(Reply reply) {
    return reply.stop() == StopReason.INTERRUPTED
        && reply.message().content().isEmpty()
        && reply.message().calls().isEmpty()
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
    String cut = reply.complete() ? "" : " where its grammar goes on, so it is incomplete";
    if (reply.stop() == StopReason.CONTEXT) {
      screen.show(
          "the context of "
              + model.contextSize()
              + " tokens is full and the answer cut"
              + cut
              + ": "
              + facts.roomAdvice());
    }
    if (reply.stop() == StopReason.LIMIT && !reply.complete()) {
      screen.show("-n " + settings.predict + ": the answer is cut" + cut);
    }
    book.autosave(settings);
  }

  /** In a pipe the next line is the result of the call that had to come, and nobody's words. */
  private void checkCalled(Reply reply) {
    boolean limit = reply.stop() == StopReason.LIMIT;
    boolean cut = limit || reply.stop() == StopReason.CONTEXT;
    List<Message> messages = talk().messages();
    boolean asked = messages.size() < 2 || !messages.get(messages.size() - 2).is(Message.TOOL);
    if (asked
        && cut
        && model.mustCall()
        && reply.message().calls().isEmpty()
        && !screen.isInteractive()) {
      throw new UserException(
          "a call had to come, and "
              + (limit ? "-n " + settings.predict : "the full context")
              + " cut it: nothing more is read, as the next line would be its result");
    }
  }

  /** The last answer, for whoever comes back to it. */
  void showLast() {
    if (screen.isInteractive()) {
      talk().last().filter(m -> m.is(Message.ASSISTANT)).ifPresent(this::show);
    }
  }

  /** The last question and its answer, likewise. */
  void showExchange() {
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
    message.calls().forEach(screen::call);
  }
}
