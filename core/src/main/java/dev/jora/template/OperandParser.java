package dev.jora.template;

import dev.jora.template.Node.Arguments;
import dev.jora.template.Node.Expr;
import dev.jora.template.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What stands between operators: literals, names and brackets, behind them attributes, items and
 * calls, and behind these filters and tests.
 */
final class OperandParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;

  /** Names that were read since somebody last looked: macros ask whether they use some. */
  private Set<String> namesRead = new HashSet<>();

  OperandParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /** Starts a new set of names read; returns the one before. */
  Set<String> swapNamesRead(Set<String> names) {
    Set<String> before = namesRead;
    namesRead = names;
    return before;
  }

  /** A literal, a name, or what stands in brackets. */
  Expr primary() {
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
    Expr value = expressions.tuple(true, true);
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
      items.add(expressions.expression());
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
      keys.add(expressions.expression());
      tokens.expectOperator(":");
      values.add(expressions.expression());
    }
    return new Node.DictOf(at, keys, values);
  }

  /** With the attributes, items and calls that follow. */
  Expr postfix(Expr first) {
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
      from = expressions.expression();
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
    return absent ? null : expressions.expression();
  }

  /** With the filters and tests that follow. */
  Expr filtersAndTests(Expr first) {
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

  private Arguments arguments() {
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
        starStar = expressions.expression();
      } else if (tokens.takeOperator("*")) {
        star = expressions.expression();
      } else if (isNamed) {
        String name = tokens.take().text();
        tokens.take();
        named.add(new Node.Keyword(name, expressions.expression()));
      } else {
        late |= !named.isEmpty();
        positional.add(expressions.expression());
      }
      if (late) {
        throw tokens.error(begin, "invalid syntax for function call expression");
      }
    }
    return new Arguments(positional, named, star, starStar);
  }
}
