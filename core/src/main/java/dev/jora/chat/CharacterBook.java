package dev.jora.chat;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What there is to know of a character's world: always, or when the talk comes to it.
 *
 * @param scanDepth how many of the last messages the book wants to be looked through
 * @param entries enabled ones, in the order in which they are told
 */
public record CharacterBook(int scanDepth, List<Entry> entries) {
  /** No entries. */
  static final CharacterBook EMPTY = new CharacterBook(0, List.of());

  /**
   * An entry.
   *
   * @param keys of which one activates it
   * @param secondary of which one must be there as well; empty where none need be
   * @param isConstant true if it is told always
   * @param matchesCase true if the case of keys counts
   * @param order small ones first
   */
  public record Entry(
      List<String> keys,
      List<String> secondary,
      String content,
      boolean isConstant,
      boolean matchesCase,
      double order) {
    boolean isActivatedBy(String text) {
      String searched = folded(text);
      return occursIn(keys, searched) && (secondary.isEmpty() || occursIn(secondary, searched));
    }

    private boolean occursIn(List<String> words, String text) {
      return words.stream()
          .anyMatch(word -> !word.isBlank() && text.contains(folded(word.strip())));
    }

    private String folded(String text) {
      return matchesCase ? text : text.toLowerCase(Locale.ROOT);
    }
  }

  public CharacterBook {
    entries = entries.stream().sorted(Comparator.comparingDouble(Entry::order)).toList();
  }

  /** What is told always. */
  Stream<String> constant() {
    return entries.stream().filter(Entry::isConstant).map(Entry::content);
  }

  /** What is told because a text has a key of it. */
  Stream<String> activated(String text) {
    return entries.stream()
        .filter(entry -> !entry.isConstant() && entry.isActivatedBy(text))
        .map(Entry::content);
  }
}
