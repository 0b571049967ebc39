package dev.jora.chat;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts names where a card leaves room for them: {@code {{char}}}, {@code <BOT>}, {@code {{user}}},
 * {@code <USER>}, {@code {{original}}}, in any case. What else stands in braces stays.
 *
 * @param character the name of the character
 * @param user the name of the person
 * @param original what stands for {@code {{original}}}
 */
record Substitution(String character, String user, String original) {
  private static final Pattern ROOM =
      Pattern.compile(
          "\\{\\{\\s*(char|user|original)\\s*}}|<(bot|char|user)>", Pattern.CASE_INSENSITIVE);

  /** The text with the names in their places. */
  String in(String text) {
    return ROOM.matcher(text).replaceAll(match -> Matcher.quoteReplacement(value(match.group())));
  }

  private String value(String room) {
    return switch (room.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT)) {
      case "user" -> user;
      case "original" -> original;
      default -> character;
    };
  }
}
