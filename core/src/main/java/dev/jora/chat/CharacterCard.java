package dev.jora.chat;

import dev.jora.chat.CharacterBook.Entry;
import dev.jora.chat.CharacterBook.Where;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A character to talk to, as cards for TavernAI and its kin describe one. Texts are as the card has
 * them, with room for names; methods that take the name of the user put names there.
 *
 * @param name what the character is called in the talk
 * @param description who it is
 * @param personality in few words
 * @param scenario where and when
 * @param firstMessage what it says first
 * @param alternateGreetings what it could say first instead
 * @param examples talks that show its manner, each behind a line {@code <START>}
 * @param systemPrompt what takes the place of the usual instruction; empty where it stays
 * @param postHistoryInstructions what the model should read after all messages
 * @param book what else there is to know
 * @param notes what in the file was not as it should be, a phrase each
 */
public record CharacterCard(
    String name,
    String description,
    String personality,
    String scenario,
    String firstMessage,
    List<String> alternateGreetings,
    String examples,
    String systemPrompt,
    String postHistoryInstructions,
    CharacterBook book,
    List<String> notes) {
  /** What a model is told where neither the card nor the user says anything else. */
  public static final String INSTRUCTION =
      "You are {{char}}, talking with {{user}}. Write {{char}}'s next reply and stay in character.";

  private static final Pattern START = Pattern.compile("(?i)<START>");

  /**
   * Reads a card: JSON of version 1, 2 or 3, or a PNG or WEBP picture that has it among its texts.
   *
   * @throws ChatException if it is none, or damaged
   */
  public static CharacterCard read(Path file) {
    return CardReader.read(file);
  }

  private Substitution names(String userName, String original) {
    return new Substitution(name, userName, original);
  }

  /**
   * The text of the system message: instruction, description, personality, scenario, what the book
   * always tells.
   */
  public String system(String userName) {
    return system(userName, INSTRUCTION);
  }

  /**
   * The text of the system message.
   *
   * @param original the instruction where the card has none of its own, and what stands in it for
   *     {@code {{original}}}
   */
  public String system(String userName, String original) {
    List<Entry> told =
        Lore.told(book, names(userName, ""), List.of(), -1, CharacterCard::aboutTokens);
    return system(userName, original, told);
  }

  /** Where nobody counts tokens. */
  private static int aboutTokens(String text) {
    return text.length() / 4;
  }

  /** True if the entry belongs to the system message. */
  private static boolean isSystem(Entry entry) {
    boolean always = entry.conditions().isConstant() || entry.conditions().isForced();
    return !entry.isAt(Where.DEPTH) && (always || !entry.isAt(Where.LAST));
  }

  private String system(String userName, String original, List<Entry> told) {
    Substitution names = names(userName, names(userName, "").in(original));
    String instruction = systemPrompt.isBlank() ? "{{original}}" : systemPrompt;
    String manner = personality.isBlank() ? "" : "{{char}}'s personality: " + personality.strip();
    String place = scenario.isBlank() ? "" : "Scenario: " + scenario.strip();
    List<String> parts = new ArrayList<>(List.of(instruction));
    add(told, Where.BEFORE_DESCRIPTION, parts);
    parts.add(description);
    add(told, Where.AFTER_DESCRIPTION, parts);
    parts.add(manner);
    add(told, Where.PERSONALITY, parts);
    parts.add(place);
    add(told, Where.SCENARIO, parts);
    add(told, Where.AFTER_CHARACTER, parts);
    add(told, Where.LAST, parts);
    return String.join(
        "\n",
        parts.stream()
            .map(text -> names.in(text).strip())
            .filter(text -> !text.isEmpty())
            .toList());
  }

  private static void add(List<Entry> told, Where where, List<String> parts) {
    told.stream()
        .filter(entry -> isSystem(entry) && entry.isAt(where))
        .forEach(entry -> parts.add(entry.content()));
  }

  /** What the model should read after all messages; empty if there is nothing. */
  public String afterHistory(String userName) {
    return names(userName, "").in(postHistoryInstructions).strip();
  }

  /**
   * What the book tells because the talk came to it.
   *
   * @param recentText the last messages, of which the book wants {@link CharacterBook#scanDepth}
   */
  public List<String> activated(String userName, String recentText) {
    Substitution names = names(userName, "");
    List<Message> talk = List.of(Message.user(recentText));
    return Lore.told(book, names, talk, -1, CharacterCard::aboutTokens).stream()
        .filter(entry -> !entry.conditions().isConstant())
        .map(entry -> names.in(entry.content()).strip())
        .toList();
  }

  /**
   * Messages with what the card has to add where the talk has come to. What has no place of its own
   * stands around the last thing that the user says, so that what was read before need not be read
   * again; what stands among the messages becomes a part of one, as roles must alternate.
   *
   * @param tokens how many tokens a text has
   */
  public List<Message> told(String userName, List<Message> messages, ToIntFunction<String> tokens) {
    int last = messages.size() - 1;
    while (last >= 0 && !messages.get(last).is(Message.USER)) {
      last--;
    }
    if (last < 0) {
      return messages;
    }
    Substitution names = names(userName, "");
    List<Message> talk = messages.subList(0, last + 1);
    List<Entry> told = Lore.told(book, names, talk, greeting(userName, messages), tokens);
    Insertions all = new Insertions(messages, names);
    String plain = system(userName);
    boolean asWas = messages.getFirst().content().contains(plain);
    boolean hasSystem = messages.getFirst().is(Message.SYSTEM) && asWas;
    if (hasSystem) {
      all.replace(0, plain, system(userName, INSTRUCTION, told));
    }
    for (Entry entry : told) {
      boolean always = entry.conditions().isConstant();
      if (entry.isAt(Where.DEPTH)) {
        all.at(last + 1 - entry.place().depth(), entry);
      } else if (isSystem(entry) ? !hasSystem && !always : true) {
        all.before(last, entry.content());
      }
    }
    all.after(last, postHistoryInstructions);
    return all.messages();
  }

  /** With which greeting the talk began; −1 where none is known. */
  private int greeting(String userName, List<Message> messages) {
    int first = messages.getFirst().is(Message.SYSTEM) ? 1 : 0;
    if (first >= messages.size() || !messages.get(first).is(Message.ASSISTANT)) {
      return -1;
    }
    String said = messages.get(first).content();
    List<String> all =
        Stream.concat(Stream.of(firstMessage), alternateGreetings.stream())
            .map(text -> names(userName, "").in(text))
            .toList();
    return all.indexOf(said);
  }

  /** What the character says first, or null if it leaves that to the user. */
  public Message first(String userName) {
    List<Message> greetings = greetings(userName);
    return greetings.isEmpty() ? null : greetings.getFirst();
  }

  /** All that the character could say first. */
  public List<Message> greetings(String userName) {
    return Stream.concat(Stream.of(firstMessage), alternateGreetings.stream())
        .filter(text -> !text.isBlank())
        .map(text -> Message.assistant(names(userName, "").in(text)))
        .toList();
  }

  /**
   * The examples as messages. Lines behind {@code {{user}}:} or {@code {{char}}:} belong to that
   * one until the next, and what nobody says to the character; of two messages that one says in a
   * talk one is made.
   */
  public List<Message> examples(String userName) {
    List<Message> messages = new ArrayList<>();
    for (String talk : START.split(examples)) {
      addTalk(talk, names(userName, ""), messages);
    }
    return messages;
  }

  private void addTalk(String talk, Substitution names, List<Message> messages) {
    String role = Message.ASSISTANT;
    List<String> lines = new ArrayList<>();
    Pattern speaker = speaker(names);
    for (String line : talk.lines().toList()) {
      Matcher matcher = speaker.matcher(line);
      if (matcher.lookingAt()) {
        String next = matcher.group("user") != null ? Message.USER : Message.ASSISTANT;
        if (!next.equals(role)) {
          add(role, lines, names, messages);
          role = next;
        }
        lines.add(line.substring(matcher.end()));
      } else {
        lines.add(line);
      }
    }
    add(role, lines, names, messages);
  }

  private static Pattern speaker(Substitution names) {
    String user = "\\{\\{user}}|<user>" + orName(names.user());
    String character = "\\{\\{char}}|<bot>|<char>" + orName(names.character());
    return Pattern.compile(
        "[ \\t]*(?:(?<user>" + user + ")|(?:" + character + "))[ \\t]*:[ \\t]*",
        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  private static String orName(String name) {
    return name.isBlank() ? "" : "|" + Pattern.quote(name);
  }

  private static void add(
      String role, List<String> lines, Substitution names, List<Message> messages) {
    String text = names.in(String.join("\n", lines)).strip();
    lines.clear();
    if (!text.isEmpty()) {
      messages.add(new Message(role, text, null));
    }
  }
}
