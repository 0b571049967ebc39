package dev.jora.cli.words;

/** The options that a command has itself. */
@FunctionalInterface
public interface OwnOptions {
  /** The command has no such option. */
  int NONE_SUCH = -1;

  /** The option takes every word up to the next option. */
  int MANY = Integer.MAX_VALUE;

  /** The option takes the next word unless that is an option. */
  int PERHAPS_ONE = -2;

  /** The option takes on, off, auto and their like, or nothing, which is on. */
  int SWITCH = -3;

  /** The option takes a file with a scale, FILE:SCALE in a word or in two. */
  int SCALED = -4;

  /** The option takes two numbers, START,END in a word or in two. */
  int RANGE = -5;

  /**
   * How many words follow an option.
   *
   * @param name one of its spellings
   * @return that number, or one of the constants
   */
  int values(String name);
}
