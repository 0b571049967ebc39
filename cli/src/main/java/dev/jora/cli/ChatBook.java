package dev.jora.cli;

import dev.jora.chat.ChatFile;
import dev.jora.chat.Conversation;
import dev.jora.chat.Message;
import java.nio.file.Path;
import java.util.List;

/** What is said, how it began, and the file it is kept in. */
final class ChatBook {
  private final Path model;
  private final String template;
  private final String system;
  private final boolean saves;
  private Persona persona;
  private Path file;
  private Conversation conversation;

  /**
   * A conversation that begins.
   *
   * @param model its file, to be named in saved conversations
   * @param template what the chat template was asked for by, or null
   * @param system what the model is told first, or null
   * @param persona whom it plays, or null
   * @param file where the conversation is kept after every answer, or null
   */
  ChatBook(Path model, String template, String system, Persona persona, Path file) {
    this.model = model;
    this.template = template;
    this.system = system == null ? "" : system;
    this.persona = persona;
    this.file = file;
    this.saves = file != null;
    begin(opening());
  }

  private String opening() {
    if (persona == null) {
      return system;
    }
    return system.isEmpty() ? persona.system() : system + "\n\n" + persona.system();
  }

  private void begin(String told) {
    conversation = new Conversation();
    conversation.system(told);
    Message greeting = persona == null ? null : persona.card().first(persona.userName());
    if (greeting != null) {
      conversation.add(greeting);
    }
  }

  /** Begins anew, with the system prompt in force and the character's first words. */
  void begin() {
    begin(conversation.system().orElse(""));
  }

  Conversation conversation() {
    return conversation;
  }

  /** What the model is to read. */
  List<Message> messages() {
    List<Message> messages = conversation.messages();
    return persona == null ? messages : persona.told(messages);
  }

  /** The system message, in a list. */
  List<Message> systemMessages() {
    return conversation.system().map(Message::system).stream().toList();
  }

  /** Texts that end an answer because of who would speak then. */
  List<String> stops() {
    return persona == null ? List.of() : List.of(persona.stop());
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
    file = to == null ? file : to;
    new ChatFile(
            model.getFileName().toString(),
            template,
            settings.changed(),
            conversation.branches(),
            conversation.branch(),
            persona == null ? null : persona.file().toString(),
            persona == null ? null : persona.userName())
        .write(file);
    return file;
  }

  /** Saves it if the command line wants that done after every answer. */
  void autosave(ChatSettings settings) {
    if (saves) {
      save(null, settings);
    }
  }

  /**
   * Goes on with a saved conversation.
   *
   * @param given names of options on the command line, which win over settings in the file
   */
  void load(Path from, ChatSettings settings, List<String> given) {
    ChatFile saved = ChatFile.read(from);
    settings.take(saved.settings(), given);
    conversation = new Conversation(saved.branches(), saved.branch());
    if (!system.isEmpty() && given.contains("-sys")) {
      conversation.system(system);
    }
    if (saved.character() != null && persona == null) {
      String user = saved.userName() == null ? "User" : saved.userName();
      persona = Persona.read(Path.of(saved.character()), user);
    }
    settings.end(stops());
    if (!saves) {
      file = from;
    }
  }
}
