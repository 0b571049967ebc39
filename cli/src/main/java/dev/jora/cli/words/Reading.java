package dev.jora.cli.words;

import dev.jora.cli.words.ForeignOption.Fate;
import java.util.List;
import java.util.Map;

/** What came of the words of a command line. */
public sealed interface Reading {
  /**
   * Words that the command can be left to parse.
   *
   * @param words its own options only, and a model and a prompt with their options before them
   * @param idle options that have no effect, as they were spelt, and why
   */
  record Words(List<String> words, Map<String, String> idle) implements Reading {}

  /**
   * A command line that is wrong.
   *
   * @param sentence what is wrong, and what to do
   */
  record Refused(String sentence) implements Reading {}

  /**
   * A question about jora itself.
   *
   * @param what is asked for
   */
  record Question(Fate.Prints what) implements Reading {}
}
