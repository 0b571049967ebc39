package dev.jora.cli.chat;

import dev.jora.chat.Message;
import dev.jora.cli.common.Escapes;
import dev.jora.cli.common.NextTokens;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import dev.jora.cli.terminal.Columns;
import dev.jora.gguf.Utf8;
import dev.jora.sampling.Logprobs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Commands that tell about a conversation, or set how it goes on, and say nothing in it. */
final class ChatFacts {
  /** Whether conversations are kept by themselves: no option of drawing tokens. */
  private static final String AUTOSAVE = "autosave";

  private static final int NEXT_TOKENS = 10;
  private static final Pattern BETWEEN = Pattern.compile("\\s*=\\s*|\\s+");

  private final ChatModel model;
  private final ChatScreen screen;
  private final ChatSettings settings;
  private final ChatBook book;

  ChatFacts(ChatModel model, ChatScreen screen, ChatSettings settings, ChatBook book) {
    this.model = model;
    this.screen = screen;
    this.settings = settings;
    this.book = book;
  }

  void help() {
    List<String> lines = new ArrayList<>();
    for (SlashCommand command : SlashCommand.values()) {
      String usage = command.word() + " " + command.arguments();
      lines.add(Text.padded(usage, 23) + command.help());
    }
    lines.add("\"\"\" begins and ends words of several lines; so does \\ at");
    lines.add("the end of a line, Alt+Enter, or pasting them");
    screen.show(lines);
  }

  /** How a full context gets room. */
  String roomAdvice() {
    String shift = model.shifts() ? "" : " --context-shift forgets the oldest,";
    return "/undo or /clear makes room," + shift + " -c sets the size";
  }

  /** Goes on with a conversation in a file, if the model can have its settings. */
  void load(Path file) {
    book.load(file, settings, model::check);
  }

  void set(String words) {
    if (words.isEmpty()) {
      ChatSettings.names().forEach(name -> screen.show(Text.padded(name, 24) + shown(name)));
      screen.show(Text.padded(AUTOSAVE, 24) + book.keptWhere());
      return;
    }
    String[] parts = BETWEEN.split(words, 2);
    if (parts[0].equals(AUTOSAVE)) {
      autosave(parts.length > 1 ? parts[1] : "");
      return;
    }
    if (parts.length > 1 && parts[1].equals("default")) {
      settings.unset(parts[0]);
    } else if (parts.length > 1) {
      String value = ChatSettings.isNotation(parts[0]) ? parts[1] : Escapes.unescape(parts[1]);
      settings.set(parts[0], List.of(value), model::check);
    }
    screen.show(spelled(parts[0]) + " = " + shown(parts[0]));
  }

  private void autosave(String value) {
    switch (value) {
      case "on", "true", "default" -> book.keeps(true);
      case "off", "false" -> book.keeps(false);
      case "" -> {}
      default -> throw new UserException("autosave is on or off, not '" + value + "'");
    }
    screen.show(AUTOSAVE + " = " + book.keptWhere());
  }

  /** The conversations that were kept by themselves. */
  void history() {
    List<String> lines = new ArrayList<>();
    for (String line : book.kept().lines()) {
      lines.add(Columns.shortened(line, screen.columns()));
    }
    screen.show(lines.isEmpty() ? List.of("no conversation is kept yet") : lines);
  }

  /** A setting's name as the list of all has it, however it was typed or saved. */
  private static String spelled(String name) {
    return name.replace('_', '-');
  }

  private String shown(String name) {
    String value = settings.value(name);
    boolean usual = value.equals("null") || value.equals("[]");
    return usual ? "(as usual)" : Text.plain(value);
  }

  void show() {
    List<String> lines = new ArrayList<>(model.facts());
    lines.add("system      " + book.conversation().system().map(Text::plain).orElse("none"));
    settings
        .changed()
        .forEach(
            (name, value) ->
                lines.add("set         " + spelled(name) + " = " + Text.plain(value.toString())));
    screen.show(lines);
  }

  /** Adapters with their scales; given a number and a scale, changed before. */
  void lora(String words) {
    if (!words.isEmpty()) {
      String[] parts = BETWEEN.split(words);
      try {
        model.scaleAdapter(SlashCommand.number(parts[0]), Float.parseFloat(parts[1]));
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new UserException("/lora takes the number of an adapter and a scale, as 1 0.5", e);
      }
    }
    List<String> lines = model.adapters();
    screen.show(lines.isEmpty() ? List.of("there are no adapters: --lora FILE loads one") : lines);
  }

  /** How much was said so far, as the model reads it. */
  String size() {
    String messages = book.conversation().messages().size() + " messages";
    return book.conversation().lastWords().isEmpty() // a template may refuse what has none
        ? messages
        : messages + ", " + model.size(book.messages()) + " tokens";
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
    int n = words.isEmpty() ? NEXT_TOKENS : SlashCommand.number(words);
    if (n < 1) {
      throw new UserException("/next takes a number from 1");
    }
    if (book.conversation().last().isEmpty()) {
      throw new UserException("nothing was said yet that could go on");
    }
    screen.begin();
    float[] logits = model.next(book.messages(), settings, new AnswerView(screen, true));
    screen.progress("");
    if (logits != null) {
      screen.show(NextTokens.table(Logprobs.top(logits, n), model.tokenizer()));
    }
  }

  /** To the clipboard of whoever looks, by the terminal: over ssh too. */
  void copy() {
    Message answer =
        book.conversation().messages().reversed().stream()
            .filter(m -> m.is(Message.ASSISTANT))
            .findFirst()
            .orElseThrow(() -> new UserException("there is no answer to copy yet"));
    screen.copy(answer.content());
    screen.show("asked the terminal to copy " + answer.content().length() + " characters (OSC 52)");
  }
}
