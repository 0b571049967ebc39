package dev.jora.grammar;

import dev.jora.grammar.Expression.Chars;
import dev.jora.grammar.Expression.Choice;
import dev.jora.grammar.Expression.Literal;
import dev.jora.grammar.Expression.Reference;
import dev.jora.grammar.Expression.Repeat;
import dev.jora.grammar.Expression.Sequence;
import dev.jora.grammar.Expression.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which expressions cannot be passed without reading something. */
final class Emptiness {
  /** Rules behind more references than this are taken to be empty, so that it costs little. */
  private static final int ROUNDS = 8;

  private final Set<String> reading = new HashSet<>();

  Emptiness(Grammar grammar) {
    List<Map.Entry<String, Expression>> open = new ArrayList<>(grammar.rules().entrySet());
    int before = -1;
    for (int round = 0; round < ROUNDS && before != open.size(); round++) {
      before = open.size();
      open = new ArrayList<>(open.reversed()); // what rules refer to stands behind them mostly
      open.removeIf(rule -> reads(rule.getValue()) && reading.add(rule.getKey()));
    }
  }

  /** True if it surely reads a byte or a token. */
  boolean reads(Expression expression) {
    return switch (expression) {
      case Literal literal -> !literal.codePoints().isEmpty();
      case Chars chars -> true;
      case Token token -> true;
      case Reference call -> reading.contains(call.rule());
      case Sequence sequence -> sequence.items().stream().anyMatch(this::reads);
      case Choice choice -> choice.alternatives().stream().allMatch(this::reads);
      case Repeat repeat -> repeat.min() > 0 && reads(repeat.item());
    };
  }
}
