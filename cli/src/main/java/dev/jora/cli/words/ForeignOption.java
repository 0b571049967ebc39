package dev.jora.cli.words;

import java.util.List;
import java.util.regex.Pattern;

/**
 * An option of llama.cpp that a command of jora does not have.
 *
 * @param names all its spellings
 * @param values what follows it
 * @param commands the commands this is said of; none: all
 * @param others commands that have such an option of their own
 * @param fate what becomes of it
 */
public record ForeignOption(
    List<String> names, Values values, List<String> commands, List<String> others, Fate fate) {
  /** What follows an option. */
  public enum Values {
    /** Nothing. */
    NONE,
    /** A word. */
    ONE,
    /** Two words. */
    TWO,
    /** One of on, off, auto and their like, or nothing. */
    SWITCH
  }

  /** What becomes of an option. */
  public sealed interface Fate {
    /**
     * It is accepted and changes nothing.
     *
     * @param why in a few words
     */
    record Idle(String why) implements Fate {}

    /**
     * It is refused.
     *
     * @param sentence what to do instead
     */
    record Named(String sentence) implements Fate {}

    /**
     * It is an option of jora by another name, which takes as many values.
     *
     * @param option that name
     */
    record Means(String option) implements Fate {}

    /** It prints something, and nothing else is done. */
    enum Prints implements Fate {
      /** The version. */
      VERSION,
      /** The licence. */
      LICENSE,
      /** What models run on. */
      DEVICES,
      /** The completion script for bash. */
      COMPLETION
    }
  }

  private static final String WORD = "(?:on|off|auto|true|false|enabled|disabled|-1|0|1)";

  /** What a switch takes; llama-bench has lists of it. */
  private static final Pattern WORDS = Pattern.compile(WORD + "(?:," + WORD + ")*");

  /** True if this word can follow a switch. */
  static boolean isSwitchWord(String word) {
    return WORDS.matcher(word).matches();
  }

  /** The same for some commands only. */
  ForeignOption in(String... only) {
    return new ForeignOption(names, values, List.of(only), others, fate);
  }

  /** The same for all commands but some. */
  ForeignOption notIn(String... others) {
    return new ForeignOption(names, values, commands, List.of(others), fate);
  }

  /** True if this is what the name means to the command. */
  boolean is(String name, String command) {
    return names.contains(name)
        && (commands.isEmpty() || commands.contains(command))
        && !others.contains(command);
  }
}
