package dev.jora.cli.chat;

import dev.jora.chat.CharacterCard;
import dev.jora.chat.Message;
import dev.jora.cli.common.CommonOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * Whom the model plays, and with whom.
 *
 * @param file of the card
 * @param userName what the character calls the user
 */
record Persona(Path file, CharacterCard card, String userName) {
  private static final int MOST_NOTES = 8;

  /** The character of a card. */
  static Persona read(Path file, String userName) {
    return new Persona(file, CharacterCard.read(file), userName);
  }

  /** What a user is called who does not say. */
  static String name(String userName) {
    return userName == null ? "User" : userName;
  }

  /** What the model is told first: who it is, and how that one speaks. */
  String system() {
    List<Message> examples = card.examples(userName);
    if (examples.isEmpty()) {
      return card.system(userName);
    }
    String talk =
        examples.stream()
            .map(m -> (m.is(Message.USER) ? userName : card.name()) + ": " + m.content())
            .collect(Collectors.joining("\n"));
    return card.system(userName) + "\n\nAn example of how " + card.name() + " talks:\n" + talk;
  }

  /** Messages with what the card has to add where the talk has come to. */
  List<Message> told(List<Message> messages, ToIntFunction<String> tokens) {
    return card.told(userName, messages, tokens);
  }

  /** Says what in the card was not as it should be, if anything was. */
  void warn(CommonOptions common) {
    List<String> notes = card.notes();
    int shown = Math.min(notes.size(), MOST_NOTES);
    if (shown > 0) {
      int more = notes.size() - shown;
      common.warn(
          "%s: %s%s: converted or passed over",
          file,
          String.join("; ", notes.subList(0, shown)),
          more > 0 ? "; and " + more + " more" : "");
    }
  }

  /** What an answer must not go on to: the model is not to speak for the user. */
  String stop() {
    return "\n" + userName + ":";
  }
}
