package dev.jora.cli;

import dev.jora.chat.CharacterCard;
import dev.jora.chat.ChatFile;
import dev.jora.chat.Conversation;
import dev.jora.chat.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is said, how it began, and the file it is kept in. */
final class ChatBook {
  /** A character and who speaks with it. */
  record Persona(CharacterCard card, String userName) {}

  private final String model;
  private final String system;
  private final Persona persona;
  private final boolean saves;
  private Path file;
  private Conversation conversation;

  /**
   * A conversation that begins.
   *
   * @param model its name, for files
   * @param system what the model is told first, or null
   * @param persona whom the model plays, or null
   * @param file where it is kept after every answer, or null
   */
  ChatBook(String model, String system, Persona persona, Path file) {
    this.model = model;
    this.system = system;
    this.persona = persona;
    this.file = file;
    this.saves = file != null;
    begin();
  }

  /** Begins anew, with the system prompt in force and the character's first words. */
  void begin() {
    String told = conversation == null ? opening() : conversation.system().orElse("");
    conversation = new Conversation();
    conversation.system(told);
    if (persona != null && !persona.card().firstMessage().isBlank()) {
      conversation.add(persona.card().first(persona.userName()));
    }
  }

  private String opening() {
    String told = system == null ? "" : system;
    if (persona == null) {
      return told;
    }
    String played = persona.card().system(persona.userName());
    return told.isEmpty() ? played : told + "\n\n" + played;
  }

  Conversation conversation() {
    return conversation;
  }
}
