package dev.jora.grammar.schema;

import java.util.List;

/** What a pattern says, as a tree. */
sealed interface RegexNode {
  /** One character of a set. */
  record Chars(CharSet set) implements RegexNode {}

  /** All of these in order. */
  record Sequence(List<RegexNode> items) implements RegexNode {}

  /** One of these. */
  record Choice(List<RegexNode> alternatives) implements RegexNode {}

  /**
   * A node several times.
   *
   * @param max or {@link #UNBOUNDED}
   */
  record Repeat(RegexNode item, int min, int max) implements RegexNode {
    static final int UNBOUNDED = -1;
  }

  /** No character, but a condition on those at both sides. */
  record At(Condition condition) implements RegexNode {}

  /**
   * What follows begins with a node, or does not.
   *
   * @param loop what a fault says if it stands in an unbounded repetition
   */
  record Look(RegexNode item, boolean negative, SchemaException loop) implements RegexNode {}

  /** What stands before and behind a place in a text. */
  enum Side {
    EDGE,
    WORD,
    OTHER
  }

  /** What must be true of a place in a text. */
  enum Condition {
    BEGIN,
    END,
    BORDER,
    NO_BORDER,
    BEHIND_WORD,
    BEHIND_OTHER;

    /** True if it matters which characters are those of words. */
    boolean asksForWords() {
      return this != BEGIN && this != END;
    }

    boolean holds(Side before, Side behind) {
      return switch (this) {
        case BEGIN -> before == Side.EDGE;
        case END -> behind == Side.EDGE;
        case BORDER -> (before == Side.WORD) != (behind == Side.WORD);
        case NO_BORDER -> (before == Side.WORD) == (behind == Side.WORD);
        case BEHIND_WORD -> before == Side.WORD;
        case BEHIND_OTHER -> before == Side.OTHER;
      };
    }
  }
}
