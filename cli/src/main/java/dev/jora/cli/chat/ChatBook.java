package dev.jora.cli.chat;

import dev.jora.chat.ChatException;
import dev.jora.chat.ChatFile;
import dev.jora.chat.Conversation;
import dev.jora.chat.Message;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.FilePath;
import dev.jora.cli.common.MessageFiles;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/** What is said, how it began, and the file it is kept in. */
final class ChatBook {
  private final Path model;
  private final String system;
  private final boolean saves;
  private String template;
  private Persona persona;
  private final KeptChats kept;
  private boolean keeping;
  private Path place; // in kept, or null before the first exchange
  private Path file;
  private boolean isOurs = true;
  private ToIntFunction<String> tokens = text -> text.length() / 4; // until there is a model
  private Conversation conversation = new Conversation();

  /**
   * A conversation that begins.
   *
   * @param model its file, to be named in saved conversations
   * @param template what the chat template was asked for by, or null
   * @param system what the model is told first, or null
   * @param persona whom it plays, or null
   * @param file where the conversation is kept after every answer, or null
   * @param kept where it is kept by itself if there is no such file
   */
  ChatBook(Path model, String template, String system, Persona persona, Path file, KeptChats kept) {
    this.model = model;
    this.template = template;
    this.system = system == null ? "" : system;
    this.persona = persona;
    this.file = file;
    this.saves = file != null;
    this.kept = kept;
    conversation.system(opening());
    greet();
  }

  private String opening() {
    if (persona == null) {
      return system;
    }
    return system.isEmpty() ? persona.system() : system + "\n\n" + persona.system();
  }

  private void greet() {
    Message greeting = persona == null ? null : persona.card().first(persona.userName());
    if (greeting != null) {
      conversation.add(greeting);
    }
  }

  /** Begins this branch anew, with the system prompt in force and the character's first words. */
  void begin() {
    conversation.clear();
    place = null;
    greet();
  }

  /** Whether a conversation without a file is kept by itself. */
  void keeps(boolean on) {
    keeping = on;
  }

  /** The file of {@code --save} or {@code --load}, or whether it is kept by itself. */
  String keptWhere() {
    return saves ? "in " + Text.plain(file.toString()) : keeping ? "on" : "off";
  }

  /** The file that somebody means: a path, or else the number of a kept conversation. */
  Path found(String words) {
    Path path = MessageFiles.path(words);
    boolean isNumber = SlashCommand.number(words) > 0 && !Files.exists(path);
    return isNumber ? kept.numbered(SlashCommand.number(words)) : path;
  }

  /** The conversations that were kept by themselves. */
  KeptChats kept() {
    return kept;
  }

  Conversation conversation() {
    return conversation;
  }

  /** Who counts the tokens of what a character is told. */
  void counted(ToIntFunction<String> tokens) {
    this.tokens = tokens;
  }

  /** Says what in the character's card was not as it should be. */
  void warn(CommonOptions common) {
    if (persona != null) {
      persona.warn(common);
    }
  }

  /** What the model is to read. */
  List<Message> messages() {
    List<Message> messages = conversation.messages();
    return persona == null ? messages : persona.told(messages, tokens);
  }

  /** Texts that end an answer because of who would speak then. */
  List<String> stops() {
    return persona == null ? List.of() : List.of(persona.stop());
  }

  /** What the chat template is asked for by, or null. */
  String template() {
    return template;
  }

  /**
   * Saves the conversation.
   *
   * @param to null: where it was saved or loaded last
   * @return where it is now
   */
  Path save(Path to, ChatSettings settings) {
    if (to == null && file == null) {
      throw new UserException("the conversation has no file yet: /save FILE");
    }
    Path target = to == null ? file : to;
    if (!target.equals(file)) {
      MessageFiles.checkReplaced(target);
    }
    chat(settings).write(target);
    file = target;
    isOurs = true;
    return file;
  }

  private ChatFile chat(ChatSettings settings) {
    return new ChatFile(
        model.getFileName().toString(),
        template,
        settings.changed(),
        conversation.branches(),
        conversation.branch(),
        persona == null ? null : persona.file().toAbsolutePath().toString(),
        persona == null ? null : persona.userName());
  }

  /** After every change: saves it where the command line wants that, or keeps it by itself. */
  void autosave(ChatSettings settings) {
    if (saves && isOurs) {
      save(null, settings);
    } else if (!saves
        && keeping
        && conversation.messages().stream().anyMatch(m -> m.is(Message.USER))) {
      try {
        place = kept.write(chat(settings), place);
      } catch (ChatException | UserException e) {
        keeping = false; // one such message is enough
        throw new UserException(
            "the conversation is not kept any more, /save FILE saves it: " + e.getMessage(), e);
      }
    }
  }

  /**
   * Goes on with a saved conversation; if that cannot be, all stays as it is.
   *
   * @param check throws if the model cannot have the settings
   */
  void load(Path from, ChatSettings settings, Consumer<ChatSettings> check) {
    load(from, settings, List.of(), check);
    file = from;
    goOnIn(from);
  }

  /**
   * Likewise, as the command line wants it.
   *
   * @param given names of options on the command line, which win over what is in the file
   */
  void open(Path from, ChatSettings settings, List<String> given) {
    Persona own = persona;
    load(from, settings, given, all -> {}); // there is no model yet
    if (own != null) {
      persona = own;
    }
    if (given.contains("-sys") || given.contains("-sysf")) {
      conversation.system(system);
    }
    isOurs = isOurs || !from.equals(file); // --save is another file
    goOnIn(from);
  }

  /** A kept conversation stays one file; any other, which is the user's own, becomes one. */
  private void goOnIn(Path from) {
    place = kept.has(from) ? from : null;
  }

  private void load(
      Path from, ChatSettings settings, List<String> given, Consumer<ChatSettings> check) {
    ChatFile saved = ChatFile.read(from);
    Persona other = null;
    try {
      if (saved.character() != null) {
        Path card = FilePath.word(saved.character());
        other = Persona.read(card, Persona.name(saved.userName()));
      }
      settings.take(saved.settings(), given, check);
    } catch (UserException e) {
      throw new UserException(from + ": " + e.getMessage(), e);
    }
    conversation = new Conversation(saved.branches(), saved.branch());
    persona = other;
    template = template == null ? saved.template() : template;
    isOurs = saved.model() != null; // a file of another program is not written over unasked
    settings.end(stops());
  }
}
