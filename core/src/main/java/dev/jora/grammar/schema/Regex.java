package dev.jora.grammar.schema;

/** Patterns of ECMA-262, read as with its flag u. */
final class Regex {
  private Regex() {}

  /**
   * The texts in which a pattern matches somewhere, as JSON schema has it.
   *
   * <p>What it cannot do is refused by name: back references, look-behind, and lookahead within an
   * unbounded repetition. More is read than the flag u allows where it can mean only one thing: a
   * lone {@code ]} or {@code }}, {@code [\w-.]}, and any sign that is no letter behind a backslash.
   *
   * @throws SchemaException if it is no pattern, or cannot be enforced, or is too large
   */
  static Dfa parse(String pattern) {
    return new Nfa().matching(RegexParser.parse(pattern));
  }
}
