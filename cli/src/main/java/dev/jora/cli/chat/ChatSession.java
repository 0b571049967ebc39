package dev.jora.cli.chat;

import dev.jora.cli.common.ErrorText;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import java.util.Locale;
import java.util.Set;
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
  private final ChatBook book;
  private final ChatFacts facts;
  private final ChatAnswers answers;
  private final ChatChanges changes;
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
    this.book = book;
    this.facts = new ChatFacts(model, screen, settings, book);
    this.answers = new ChatAnswers(model, screen, settings, book, facts);
    this.changes = new ChatChanges(screen, settings, book, facts, answers);
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
    answers.showExchange();
    if (screen.isInteractive() && book.conversation().lastWords().isPresent()) {
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
        left = true;
      } else if (!line.isBlank()) {
        say(isEscaped(line) ? line.strip().substring(1) : line);
      }
      return;
    }
    SlashCommand command = SlashCommand.find(matcher.group(1));
    if (command == null) {
      throw new UserException(
          "there is no "
              + matcher.group(1)
              + ": /help lists the commands; // begins words with a"
              + " slash");
    }
    String words = matcher.group(2) == null ? "" : matcher.group(2).strip();
    if (command.takes() == SlashCommand.Takes.NOTHING && !words.isEmpty()) {
      throw new UserException(command.word() + " takes nothing, so what is '" + words + "'?");
    }
    act(command, words);
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

  private void say(String words) {
    spoken = true;
    answers.say(words);
  }

  private void act(SlashCommand command, String words) {
    switch (command) {
      case HELP -> facts.help();
      case EXIT -> left = true;
      case REGEN -> answers.regenerate();
      case RETRY -> answers.retry(words);
      case CONTINUE -> answers.goOn();
      case UNDO -> changes.undo();
      case EDIT -> answers.edit(words);
      case CLEAR -> changes.clear();
      case SYSTEM -> changes.system(words);
      case READ -> changes.attach(words);
      case SAVE -> changes.save(words);
      case LOAD -> changes.load(words);
      case HISTORY -> changes.history(words);
      case BRANCH -> changes.branch(words);
      case SWITCH -> changes.switchTo(words);
      case SET -> changes.set(words);
      case LORA -> facts.lora(words);
      case SHOW -> facts.show();
      case COPY -> facts.copy();
      case STATS -> facts.stats();
      case TOKENS -> facts.tokens();
      case NEXT -> facts.next(words);
    }
  }
}
