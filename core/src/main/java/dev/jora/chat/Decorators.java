package dev.jora.chat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lines {@code @@name value} before the content of an entry, as version 3 of cards has them. Of one
 * that is not known, or whose value is none, the next line {@code @@@name value} takes the place.
 *
 * @param values by name; of those that take none an empty text
 * @param content what follows
 */
record Decorators(Map<String, String> values, String content) {
  private static final Set<String> FLAGS =
      Set.of(
          "activate",
          "dont_activate",
          "constant",
          "keep_activate_after_match",
          "dont_activate_after_match",
          "ignore_on_max_context");
  private static final Set<String> NUMBERS =
      Set.of("depth", "scan_depth", "activate_only_after", "activate_only_every", "is_greeting");
  private static final Set<String> LISTS = Set.of("additional_keys", "exclude_keys");
  private static final Map<String, Set<String>> WORDS =
      Map.of(
          "role",
          Set.of(Message.SYSTEM, Message.USER, Message.ASSISTANT),
          "position",
          Set.of("before_desc", "after_desc", "personality", "scenario"));

  static Decorators of(String text) {
    Map<String, String> values = new HashMap<>();
    boolean understood = true;
    String rest = text.stripLeading();
    while (rest.startsWith("@@")) {
      int end = rest.indexOf('\n') < 0 ? rest.length() : rest.indexOf('\n');
      String line = rest.substring(0, end);
      boolean fallback = line.startsWith("@@@");
      if (!fallback || !understood) {
        understood = take(line.substring(fallback ? 3 : 2).strip(), values);
      }
      rest = rest.substring(end).stripLeading();
    }
    return new Decorators(values, values.isEmpty() && rest.length() == text.length() ? text : rest);
  }

  /** Takes the first of a name; false if it means nothing here. */
  private static boolean take(String line, Map<String, String> values) {
    String[] parts = line.split("[\\s:]+", 2);
    String name = Substitution.folded(parts[0]);
    String value = parts.length < 2 ? "" : parts[1].strip();
    boolean valid =
        FLAGS.contains(name)
            || NUMBERS.contains(name) && value.matches("-?\\d{1,9}(?:\\.\\d{0,9})?")
            || LISTS.contains(name) && !CardMacros.list(value).isEmpty()
            || WORDS.containsKey(name) && WORDS.get(name).contains(Substitution.folded(value));
    if (valid && !value.equals("false")) {
      values.putIfAbsent(name, WORDS.containsKey(name) ? Substitution.folded(value) : value);
    }
    return valid;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  int number(String name, int absent) {
    return has(name) ? (int) Double.parseDouble(values.get(name)) : absent;
  }

  List<String> list(String name) {
    return has(name) ? CardMacros.list(values.get(name)) : List.of();
  }

  String word(String name, String absent) {
    return values.getOrDefault(name, absent);
  }
}
