package dev.jora.template;

import dev.jora.template.Node.Expr;
import dev.jora.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Expressions. From the loosest: {@code x if y else z}, {@code or}, {@code and}, {@code not},
 * comparisons, {@code + -}, {@code ~}, {@code * / // %}, {@code **}, signs, and then operands.
 */
final class ExpressionParser {
  private final Tokens tokens;
  private final OperandParser operands;

  ExpressionParser(Tokens tokens) {
    this.tokens = tokens;
    this.operands = new OperandParser(tokens, this);
  }

  /** What stands between operators. */
  OperandParser operands() {
    return operands;
  }

  /** An expression. */
  Expr expression() {
    tokens.enter();
    Expr value = or();
    while (tokens.peek().isName("if")) {
      int at = tokens.take().at();
      Expr test = or();
      Expr otherwise = tokens.takeName("else") ? expression() : null;
      value = new Node.Conditional(at, test, value, otherwise);
    }
    tokens.leave();
    return value;
  }

  /** An expression, or a tuple without brackets. */
  Expr tuple() {
    return tuple(true, false);
  }

  /** Likewise, of expressions that are not conditional. */
  Expr tupleWithoutConditions() {
    return tuple(false, false);
  }

  /** A tuple of what may be conditional; within brackets it may be empty. */
  Expr tuple(boolean conditions, boolean inBrackets) {
    Token first = tokens.peek();
    List<Expr> items = new ArrayList<>();
    boolean comma = false;
    while (!endsTuple()) {
      items.add(conditions ? expression() : nested());
      if (!tokens.takeOperator(",")) {
        break;
      }
      comma = true;
    }
    if (comma || items.isEmpty() && inBrackets) {
      return new Node.TupleOf(first.at(), items);
    }
    if (items.isEmpty()) {
      throw tokens.unexpected("an expression");
    }
    return items.getFirst();
  }

  private Expr nested() {
    tokens.enter();
    Expr value = or();
    tokens.leave();
    return value;
  }

  private boolean endsTuple() {
    Token next = tokens.peek();
    return next.is(Kind.VARIABLE_END) || next.is(Kind.BLOCK_END) || next.isOperator(")");
  }

  private Expr or() {
    Expr left = and();
    while (tokens.peek().isName("or")) {
      left = new Node.Logic(tokens.take().at(), false, left, and());
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    while (tokens.peek().isName("and")) {
      left = new Node.Logic(tokens.take().at(), true, left, not());
    }
    return left;
  }

  private Expr not() {
    if (!tokens.peek().isName("not")) {
      return comparison();
    }
    int at = tokens.take().at();
    tokens.enter();
    Expr operand = not();
    tokens.leave();
    return new Node.Not(at, operand);
  }

  private Expr comparison() {
    int at = tokens.peek().at();
    Expr first = sum();
    List<Node.Operand> rest = new ArrayList<>();
    for (Comparison op = comparisonOperator(); op != null; op = comparisonOperator()) {
      rest.add(new Node.Operand(op, sum()));
    }
    return rest.isEmpty() ? first : new Node.Compare(at, first, rest);
  }

  /** Takes an operator that compares, or returns null. */
  private Comparison comparisonOperator() {
    Token token = tokens.peek();
    Comparison found = null;
    if (token.isName("in")) {
      found = Comparison.IN;
    } else if (token.isName("not") && tokens.peekSecond().isName("in")) {
      tokens.take();
      found = Comparison.NOT_IN;
    } else if (token.is(Kind.OPERATOR)) {
      found = Comparison.of(token.text());
    }
    if (found != null) {
      tokens.take();
    }
    return found;
  }

  private Expr sum() {
    Expr left = concat();
    while (tokens.peek().isOperator("+") || tokens.peek().isOperator("-")) {
      Token operator = tokens.take();
      left = new Node.Binary(operator.at(), Arithmetic.of(operator.text()), left, concat());
    }
    return left;
  }

  private Expr concat() {
    int at = tokens.peek().at();
    List<Expr> parts = new ArrayList<>();
    do {
      parts.add(product());
    } while (tokens.takeOperator("~"));
    return parts.size() == 1 ? parts.getFirst() : new Node.Concat(at, parts);
  }

  private Expr product() {
    Expr left = power();
    while (tokens.peek().is(Kind.OPERATOR) && isProduct(tokens.peek().text())) {
      Token operator = tokens.take();
      left = new Node.Binary(operator.at(), Arithmetic.of(operator.text()), left, power());
    }
    return left;
  }

  private static boolean isProduct(String operator) {
    return switch (operator) {
      case "*", "/", "//", "%" -> true;
      default -> false;
    };
  }

  private Expr power() {
    Expr left = unary(true);
    while (tokens.peek().isOperator("**")) {
      int at = tokens.take().at();
      left = new Node.Binary(at, Arithmetic.POWER, left, unary(true));
    }
    return left;
  }

  private Expr unary(boolean withFilters) {
    Token token = tokens.peek();
    Expr value;
    if (token.isOperator("-") || token.isOperator("+")) {
      tokens.take();
      tokens.enter();
      value = new Node.Sign(token.at(), token.isOperator("-"), unary(false));
      tokens.leave();
    } else {
      value = operands.primary();
    }
    value = operands.postfix(value);
    return withFilters ? operands.filtersAndTests(value) : value;
  }
}
