package dev.jora.template;

import dev.jora.template.Node.Arguments;
import dev.jora.template.Node.Expr;
import dev.jora.template.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Expressions. From the loosest: {@code x if y else z}, {@code or}, {@code and}, {@code not},
 * comparisons, {@code + -}, {@code ~}, {@code * / // %}, {@code **}, signs, and behind a value
 * attributes, items and calls, then filters and tests.
 */
final class ExpressionParser {
  private final Tokens tokens;

  /** Names that were read since somebody last looked: macros ask whether they use some. */
  private Set<String> namesRead = new HashSet<>();

  ExpressionParser(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Starts a new set of names read; returns the one before. */
  Set<String> swapNamesRead(Set<String> names) {
    Set<String> before = namesRead;
    namesRead = names;
    return before;
  }

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

  private Expr tuple(boolean conditions, boolean inBrackets) {
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
    return next.is(Kind.VARIABLE_END)
        || next.is(Kind.BLOCK_END)
        || next.isOperator(")")
        || next.isName("recursive");
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
      value = primary();
    }
    value = postfix(value);
    return withFilters ? filtersAndTests(value) : value;
  }

  private Expr primary() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case NAME -> name();
      case STRING -> string();
      case INTEGER -> new Node.Const(tokens.take().at(), NumberText.integerLiteral(token.text()));
      case FLOAT -> new Node.Const(tokens.take().at(), NumberText.floatLiteral(token.text()));
      case OPERATOR ->
          switch (token.text()) {
            case "(" -> brackets();
            case "[" -> list();
            case "{" -> dict();
            default -> throw tokens.error(token, "unexpected '" + token.text() + "'");
          };
      default -> throw tokens.error(token, "unexpected " + token.words());
    };
  }

  private Expr name() {
    Token token = tokens.take();
    return switch (token.text()) {
      case "true", "True" -> new Node.Const(token.at(), Value.TRUE);
      case "false", "False" -> new Node.Const(token.at(), Value.FALSE);
      case "none", "None" -> new Node.Const(token.at(), Value.NONE);
      default -> {
        namesRead.add(token.text());
        yield new Node.Name(token.at(), token.text());
      }
    };
  }

  private Expr string() {
    int at = tokens.peek().at();
    StringBuilder text = new StringBuilder();
    while (tokens.peek().is(Kind.STRING)) {
      text.append(tokens.take().text());
    }
    return new Node.Const(at, Value.own(text.toString()));
  }

  private Expr brackets() {
    tokens.take();
    Expr value = tuple(true, true);
    tokens.expectOperator(")");
    return value;
  }

  private Expr list() {
    int at = tokens.take().at();
    List<Expr> items = new ArrayList<>();
    while (!tokens.takeOperator("]")) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.takeOperator("]")) {
          break;
        }
      }
      items.add(expression());
    }
    return new Node.ListOf(at, items);
  }

  private Expr dict() {
    int at = tokens.take().at();
    List<Expr> keys = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.takeOperator("}")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.takeOperator("}")) {
          break;
        }
      }
      keys.add(expression());
      tokens.expectOperator(":");
      values.add(expression());
    }
    return new Node.DictOf(at, keys, values);
  }

  private Expr postfix(Expr first) {
    Expr value = first;
    while (true) {
      Token token = tokens.peek();
      if (token.isOperator(".")) {
        tokens.take();
        value = attribute(value, token.at());
      } else if (token.isOperator("[")) {
        tokens.take();
        value = new Node.Item(token.at(), value, key());
      } else if (token.isOperator("(")) {
        value = new Node.Call(token.at(), value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expr attribute(Expr of, int at) {
    Token name = tokens.take();
    return switch (name.kind()) {
      case NAME -> new Node.Attribute(at, of, name.text());
      case INTEGER ->
          new Node.Item(at, of, new Node.Const(name.at(), NumberText.integerLiteral(name.text())));
      default -> throw tokens.error(name, "expected name or number");
    };
  }

  private Expr key() {
    int at = tokens.peek().at();
    List<Expr> parts = new ArrayList<>();
    while (!tokens.takeOperator("]")) {
      if (!parts.isEmpty()) {
        tokens.expectOperator(",");
      }
      parts.add(subscript());
    }
    return parts.size() == 1 ? parts.getFirst() : new Node.TupleOf(at, parts);
  }

  private Expr subscript() {
    int at = tokens.peek().at();
    Expr from = null;
    if (!tokens.peek().isOperator(":")) {
      from = expression();
      if (!tokens.peek().isOperator(":")) {
        return from;
      }
    }
    tokens.take();
    Expr to = slicePart();
    Expr step = tokens.takeOperator(":") ? slicePart() : null;
    return new Node.Slice(at, from, to, step);
  }

  private Expr slicePart() {
    Token next = tokens.peek();
    boolean absent = next.isOperator(":") || next.isOperator("]") || next.isOperator(",");
    return absent ? null : expression();
  }

  private Expr filtersAndTests(Expr first) {
    Expr value = first;
    while (true) {
      Token token = tokens.peek();
      if (token.isOperator("|")) {
        value = filters(value);
      } else if (token.isName("is")) {
        tokens.take();
        value = test(value, token.at());
      } else if (token.isOperator("(")) {
        value = new Node.Call(token.at(), value, arguments());
      } else {
        return value;
      }
    }
  }

  /** The filters that follow, if any. */
  Expr filters(Expr first) {
    Expr value = first;
    while (tokens.takeOperator("|")) {
      value = filter(value);
    }
    return value;
  }

  /** A filter whose name is next. */
  Expr filter(Expr input) {
    Token name = tokens.peek();
    return new Node.Filter(name.at(), input, dottedName(), argumentsIfAny());
  }

  private String dottedName() {
    StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME).text());
    while (tokens.takeOperator(".")) {
      name.append('.').append(tokens.expect(Kind.NAME).text());
    }
    return name.toString();
  }

  private Arguments argumentsIfAny() {
    return tokens.peek().isOperator("(") ? arguments() : Arguments.NONE;
  }

  private Expr test(Expr input, int at) {
    boolean negated = tokens.takeName("not");
    String name = dottedName();
    Token next = tokens.peek();
    Arguments arguments = Arguments.NONE;
    if (next.isOperator("(")) {
      arguments = arguments();
    } else if (beginsOperand(next)) {
      if (next.isName("is")) {
        throw tokens.error(next, "You cannot chain multiple tests with is");
      }
      arguments = new Arguments(List.of(postfix(primary())), List.of(), null, null);
    }
    Expr test = new Node.Test(at, input, name, arguments);
    return negated ? new Node.Not(at, test) : test;
  }

  private static boolean beginsOperand(Token token) {
    return switch (token.kind()) {
      case NAME -> !token.isName("else") && !token.isName("or") && !token.isName("and");
      case STRING, INTEGER, FLOAT -> true;
      default -> token.isOperator("[") || token.isOperator("{");
    };
  }

  Arguments arguments() {
    Token begin = tokens.take();
    List<Expr> positional = new ArrayList<>();
    List<Node.Keyword> named = new ArrayList<>();
    Expr star = null;
    Expr starStar = null;
    boolean first = true;
    while (!tokens.takeOperator(")")) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.takeOperator(")")) {
          break;
        }
      }
      first = false;
      boolean isNamed = tokens.peek().is(Kind.NAME) && tokens.peekSecond().isOperator("=");
      boolean late = starStar != null || star != null && !isNamed;
      if (tokens.takeOperator("**")) {
        late = starStar != null;
        starStar = expression();
      } else if (tokens.takeOperator("*")) {
        star = expression();
      } else if (isNamed) {
        String name = tokens.take().text();
        tokens.take();
        named.add(new Node.Keyword(name, expression()));
      } else {
        late |= !named.isEmpty();
        positional.add(expression());
      }
      if (late) {
        throw tokens.error(begin, "invalid syntax for function call expression");
      }
    }
    return new Arguments(positional, named, star, starStar);
  }
}
