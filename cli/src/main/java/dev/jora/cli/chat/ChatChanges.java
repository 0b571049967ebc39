package dev.jora.cli.chat;

import dev.jora.chat.Conversation;
import dev.jora.chat.Message;
import dev.jora.cli.common.MessageFiles;
import dev.jora.cli.common.UserException;
import java.nio.file.Path;
import java.util.Optional;

/** Commands that change what was said, or go to another conversation. */
final class ChatChanges {
  private final ChatScreen screen;
  private final ChatSettings settings;
  private final ChatBook book;
  private final ChatFacts facts;
  private final ChatAnswers answers;

  ChatChanges(
      ChatScreen screen,
      ChatSettings settings,
      ChatBook book,
      ChatFacts facts,
      ChatAnswers answers) {
    this.screen = screen;
    this.settings = settings;
    this.book = book;
    this.facts = facts;
    this.answers = answers;
  }

  private Conversation talk() {
    return book.conversation();
  }

  void undo() {
    Optional<String> words = talk().undo();
    screen.show(words.map(w -> "taken back: " + w).orElse("there is nothing to take back"));
    book.autosave(settings);
  }

  void clear() {
    book.begin();
    answers.detach();
    screen.show("a new conversation");
    answers.showLast();
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
    answers.attach(MessageFiles.read(MessageFiles.path(required(file, "/read FILE"))));
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
    facts.load(book.found(required(file, "/load FILE or N of /history")));
    answers.showExchange();
    screen.show(facts.size());
    if (talk().last().filter(m -> m.is(Message.USER)).isPresent()) {
      screen.show("the last words are not answered yet: /regen does that");
    }
  }

  void history(String number) {
    if (number.isEmpty()) {
      facts.history();
    } else {
      load(book.kept().numbered(SlashCommand.number(number)).toString());
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
    answers.showLast();
  }

  void set(String words) {
    facts.set(words);
    book.autosave(settings);
  }
}
