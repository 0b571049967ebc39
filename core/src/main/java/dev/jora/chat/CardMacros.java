package dev.jora.chat;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What cards write in double braces besides names. Chance depends on the text and the place in it
 * alone, and time stands still: a prompt that changed with every turn would have to be read anew.
 */
final class CardMacros {
  /** The value of a macro. */
  private interface Body {
    String value(String argument, SplittableRandom random);
  }

  private static final LocalDateTime BEGIN = LocalDateTime.now();

  private static final Pattern DICE =
      Pattern.compile("(\\d{0,3})d?(\\d{1,9})\\s*([+-]\\s*\\d{1,9})?", Pattern.CASE_INSENSITIVE);

  private static final Map<String, Body> TABLE =
      Map.ofEntries(
          row("user", (a, r) -> ""), // these the caller knows
          row("char", (a, r) -> ""),
          row("charifnotgroup", (a, r) -> ""),
          row("group", (a, r) -> ""),
          row("original", (a, r) -> ""),
          row("//", (a, r) -> ""),
          row("comment", (a, r) -> ""),
          row("hidden_key", (a, r) -> ""),
          row("noop", (a, r) -> ""),
          row("trim", (a, r) -> ""),
          row("newline", (a, r) -> "\n"),
          row("random", CardMacros::pick),
          row("pick", CardMacros::pick),
          row("roll", CardMacros::roll),
          row("reverse", (a, r) -> new StringBuilder(a).reverse().toString()),
          row("time", (a, r) -> time("h:mm a")),
          row("date", (a, r) -> time("MMMM d, yyyy")),
          row("weekday", (a, r) -> time("EEEE")),
          row("isotime", (a, r) -> time("HH:mm")),
          row("isodate", (a, r) -> time("yyyy-MM-dd")));

  private CardMacros() {}

  private static Map.Entry<String, Body> row(String name, Body body) {
    return Map.entry(name, body);
  }

  /**
   * A macro as a card has it.
   *
   * @param name in lower case
   * @param argument what stands behind the name and a colon, two, or a space
   */
  record Macro(String name, String argument) {
    /** What takes its place; the same for the same seed. */
    String value(long seed) {
      return TABLE.get(name).value(argument, new SplittableRandom(seed));
    }
  }

  /** The macro that stands in braces, or null. */
  static Macro find(String inside) {
    if (inside.startsWith("//")) {
      return new Macro("//", inside.substring(2));
    }
    int end = 0;
    while (end < inside.length() && ": \t\n".indexOf(inside.charAt(end)) < 0) {
      end++;
    }
    String name = Substitution.folded(inside.substring(0, end));
    if (!TABLE.containsKey(name)) {
      return null;
    }
    String rest = inside.substring(end);
    if (rest.startsWith("::")) {
      return new Macro(name, rest.substring(2));
    }
    return new Macro(name, rest.isEmpty() ? "" : rest.substring(1));
  }

  /** One of what stands between double colons, or else between commas without a backslash. */
  private static String pick(String argument, SplittableRandom random) {
    String[] choices =
        argument.contains("::") ? argument.split("::", -1) : argument.split("(?<!\\\\),", -1);
    String chosen = choices[random.nextInt(choices.length)];
    return chosen.replace("\\,", ",").strip();
  }

  /** {@code 6}, {@code d6}, {@code 2d6+1}. */
  private static String roll(String argument, SplittableRandom random) {
    Matcher dice = DICE.matcher(argument.strip());
    if (!dice.matches()) {
      return "";
    }
    boolean many = argument.toLowerCase(Locale.ROOT).indexOf('d') > 0 && !dice.group(1).isEmpty();
    String sidesText = many ? dice.group(2) : argument.strip().replaceAll("(?i)^d|\\s*[+-].*$", "");
    long sides = Long.parseLong(sidesText);
    int count = many ? Integer.parseInt(dice.group(1)) : 1;
    long sum = dice.group(3) == null ? 0 : Long.parseLong(dice.group(3).replaceAll("\\s", ""));
    for (int i = 0; i < count; i++) {
      sum += sides < 1 ? 0 : random.nextLong(1, sides + 1);
    }
    return Long.toString(sum);
  }

  private static String time(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(BEGIN);
  }

  /** Parts between commas, without the space around them; a backslash keeps a comma. */
  static List<String> list(String text) {
    List<String> parts = new ArrayList<>();
    for (String part : text.split("(?<!\\\\),", -1)) {
      String plain = part.replace("\\,", ",").strip();
      if (!plain.isEmpty()) {
        parts.add(plain);
      }
    }
    return parts;
  }
}
