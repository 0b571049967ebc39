package dev.jora.cli;

import dev.jora.chat.CharacterCard;
import dev.jora.chat.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whom the model plays, and with whom.
 *
 * @param file of the card
 * @param userName what the character calls the user
 */
record Persona(Path file, CharacterCard card, String userName) {
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

  /**
   * Messages with what the card has to add where the talk has come to: around the last thing that
   * the user says, so that what was read before need not be read again.
   */
  List<Message> told(List<Message> messages) {
    String recent =
        messages.reversed().stream()
            .filter(m -> !m.is(Message.SYSTEM))
            .limit(card.book().scanDepth())
            .map(Message::content)
            .collect(Collectors.joining("\n"));
    String lore = String.join("\n", card.activated(userName, recent));
    String after = card.afterHistory(userName);
    List<Message> told = new ArrayList<>(messages);
    for (int i = told.size() - 1; i >= 0; i--) {
      if (told.get(i).is(Message.USER)) {
        String words = told.get(i).content();
        told.set(
            i,
            Message.user(
                Stream.of(lore, words, after)
                    .filter(part -> !part.isEmpty())
                    .collect(Collectors.joining("\n\n"))));
        break;
      }
    }
    return told;
  }

  /** What an answer must not go on to: the model is not to speak for the user. */
  String stop() {
    return "\n" + userName + ":";
  }
}
