package dev.jora.grammar;

import java.util.List;
import java.util.function.UnaryOperator;

/** What a rule says, as a tree. */
sealed interface Expression {
  /** These characters one after the other. */
  record Literal(List<Integer> codePoints) implements Expression {}

  /** One character of a class. */
  record Chars(CharRanges ranges) implements Expression {}

  /** What another rule says. */
  record Reference(String rule, Place place) implements Expression {}

  /**
   * One token.
   *
   * @param name its text {@code <name>}, or null: the id says it
   * @param negated any token but this one
   */
  record Token(String name, int id, boolean negated, Place place) implements Expression {}

  /** All of these in order. */
  record Sequence(List<Expression> items) implements Expression {}

  /** One of these. */
  record Choice(List<Expression> alternatives) implements Expression {}

  /**
   * An expression several times.
   *
   * @param max or {@link #UNBOUNDED}
   */
  record Repeat(Expression item, int min, int max, Place place) implements Expression {
    static final int UNBOUNDED = -1;
  }

  /** The same with other names of rules; as deep as groups are nested, which the parser bounds. */
  default Expression renamed(UnaryOperator<String> names) {
    return switch (this) {
      case Reference call -> new Reference(names.apply(call.rule()), call.place());
      case Sequence sequence -> new Sequence(renamed(sequence.items(), names));
      case Choice choice -> new Choice(renamed(choice.alternatives(), names));
      case Repeat r -> new Repeat(r.item().renamed(names), r.min(), r.max(), r.place());
      case Literal literal -> literal;
      case Chars chars -> chars;
      case Token token -> token;
    };
  }

  private static List<Expression> renamed(List<Expression> all, UnaryOperator<String> names) {
    return all.stream().map(expression -> expression.renamed(names)).toList();
  }
}
