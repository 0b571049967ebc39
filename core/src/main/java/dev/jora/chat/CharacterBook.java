package dev.jora.chat;

import java.util.Comparator;
import java.util.List;

/**
 * What there is to know of a character's world: always, or when the talk comes to it.
 *
 * @param scanDepth how many of the last messages the book wants to be looked through
 * @param tokenBudget most tokens of all that is told; 0 for no limit
 * @param isRecursive true if what is told makes other entries be told
 * @param entries enabled ones, in the order in which they are told
 */
public record CharacterBook(
    int scanDepth, int tokenBudget, boolean isRecursive, List<Entry> entries) {
  /** No entries. */
  static final CharacterBook EMPTY = new CharacterBook(0, 0, false, List.of());

  /** Where an entry is told. */
  enum Where {
    /**
     * Before the last thing that the user says; of those that are told always, the system's end.
     */
    LAST,
    BEFORE_DESCRIPTION,
    AFTER_DESCRIPTION,
    PERSONALITY,
    SCENARIO,
    /** After all that the card says of the character. */
    AFTER_CHARACTER,
    /** Among the messages. */
    DEPTH
  }

  /**
   * Where an entry is told.
   *
   * @param depth messages behind it; of {@link Where#DEPTH} alone
   * @param role whose words it is to be there
   */
  record Place(Where where, int depth, String role) {}

  /** What secondary keys are for. */
  enum Logic {
    ANY,
    NOT_ALL,
    NOT_ANY,
    ALL
  }

  /**
   * What activates an entry.
   *
   * @param keys of which one is needed
   * @param secondary of which {@code logic} is needed as well; empty where none need be
   * @param additional of which one is needed as well; empty likewise
   * @param excluded of which none may be there
   */
  record Keys(
      List<CardKey> keys,
      List<CardKey> secondary,
      Logic logic,
      List<CardKey> additional,
      List<CardKey> excluded) {
    boolean areIn(String text, Substitution names) {
      return any(keys, text, names)
          && (secondary.isEmpty() || secondary(text, names))
          && (additional.isEmpty() || any(additional, text, names))
          && !any(excluded, text, names);
    }

    private boolean secondary(String text, Substitution names) {
      return switch (logic) {
        case ANY -> any(secondary, text, names);
        case NOT_ANY -> !any(secondary, text, names);
        case ALL -> secondary.stream().allMatch(key -> key.isIn(text, names));
        case NOT_ALL -> !secondary.stream().allMatch(key -> key.isIn(text, names));
      };
    }

    private static boolean any(List<CardKey> keys, String text, Substitution names) {
      return keys.stream().anyMatch(key -> key.isIn(text, names));
    }
  }

  /**
   * Under which conditions an entry is told.
   *
   * @param isConstant true if no key is needed
   * @param isForced true if nothing else is needed either
   * @param isForbidden true if it is not told, unless it is forced
   * @param scanDepth messages to look through; −1 as the book says
   * @param after answers that must have been given
   * @param every told where the number of answers is a multiple of this
   * @param greeting which greeting must have begun the talk; −1 for any
   * @param keeps true if it is told for ever once it was
   * @param once true if it is not told any more once it was
   * @param percent how often it is told
   * @param isRecursed false if what is told does not activate it
   * @param recurses false if it activates nothing else
   */
  record Conditions(
      boolean isConstant,
      boolean isForced,
      boolean isForbidden,
      int scanDepth,
      int after,
      int every,
      int greeting,
      boolean keeps,
      boolean once,
      double percent,
      boolean isRecursed,
      boolean recurses) {}

  /**
   * An entry.
   *
   * @param order small ones first
   * @param priority small ones are left out first where there is no room
   */
  record Entry(
      Keys keys,
      String content,
      Conditions conditions,
      Place place,
      double order,
      double priority) {
    boolean isAt(Where where) {
      return place.where() == where;
    }
  }

  public CharacterBook {
    entries = entries.stream().sorted(Comparator.comparingDouble(Entry::order)).toList();
  }
}
