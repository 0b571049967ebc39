package dev.jora.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Rules for text in which certain words do not occur, or occur at its end: what stands before a
 * trigger, or within markers. Rules follow the automaton of Aho and Corasick: one for each
 * beginning of a word, which is what the text so far ends in.
 */
public final class FreeText {
  private final String rule;
  private final List<String> words;

  /** Beginnings of words and the number of their rule; the empty one is the first. */
  private final Map<String, Integer> states = new LinkedHashMap<>();

  private FreeText(String rule, List<String> words) {
    this.rule = rule;
    this.words = words;
    if (words.isEmpty() || words.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("a word is empty, or there is none");
    }
    states.put("", 0);
    for (String word : words) {
      for (int end = next(word, 0); end < word.length(); end = next(word, end)) {
        states.putIfAbsent(word.substring(0, end), states.size());
      }
    }
  }

  /**
   * Text that holds none of the words and may end anywhere; at every place of it something else may
   * begin instead.
   *
   * @param rule the name of the rule; others begin with it and a hyphen
   * @param or what may begin, in GBNF
   * @return rules in GBNF
   */
  public static String without(String rule, List<String> words, String or) {
    return new FreeText(rule, words).rules(" | " + or + " | \"\"", null);
  }

  /**
   * Text that holds none of the words, then one of them.
   *
   * @param then what follows the word, in GBNF
   */
  public static String until(String rule, List<String> words, String then) {
    return new FreeText(rule, words).rules("", then);
  }

  private static int next(String word, int at) {
    return at + Character.charCount(word.codePointAt(at));
  }

  /**
   * @param end what every rule has as a last alternative
   * @param then what follows a word, or null where none may come
   */
  private String rules(String end, String then) {
    StringBuilder rules = new StringBuilder();
    states.forEach(
        (state, number) -> {
          rules.append(name(number)).append(" ::= ");
          rules.append(String.join(" | ", ways(state, then))).append(end).append('\n');
        });
    return rules.toString();
  }

  private String name(int state) {
    return state == 0 ? rule : rule + "-" + state;
  }

  /** Where each character leads from a state. */
  private List<String> ways(String state, String then) {
    Map<String, StringBuilder> targets = new TreeMap<>();
    StringBuilder others = new StringBuilder();
    for (int c : following(state)) {
      String text = state + Character.toString(c);
      others.append(escaped(c));
      boolean word = words.stream().anyMatch(text::endsWith);
      if (!word) {
        targets
            .computeIfAbsent(name(states.get(longestEnd(text))), t -> new StringBuilder())
            .append(escaped(c));
      } else if (then != null) {
        targets.computeIfAbsent(then, t -> new StringBuilder()).append(escaped(c));
      }
    }
    List<String> ways = new ArrayList<>();
    ways.add("[^" + others + "] " + rule);
    targets.forEach((target, chars) -> ways.add("[" + chars + "] " + target));
    return ways;
  }

  /** Characters that lead elsewhere than to the empty beginning. */
  private TreeSet<Integer> following(String state) {
    TreeSet<Integer> following = new TreeSet<>();
    for (String word : words) {
      for (int at = 0; at < word.length(); at = next(word, at)) {
        if (state.endsWith(word.substring(0, at))) {
          following.add(word.codePointAt(at));
        }
      }
    }
    return following;
  }

  /** The longest beginning of a word that a text ends in. */
  private String longestEnd(String text) {
    int from = 0;
    while (!states.containsKey(text.substring(from))) {
      from = next(text, from);
    }
    return text.substring(from);
  }

  private static String escaped(int c) {
    return GbnfText.character(c, true);
  }
}
