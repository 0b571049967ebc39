package dev.jora.template;

import dev.jora.template.Token.Kind;
import java.util.List;

/** The tokens of a template, read from the left. */
final class Tokens {
  /** Deeper nesting is refused, as Python does. */
  private static final int DEEPEST = 200;

  private final Source source;
  private final List<Token> tokens;
  private int next;
  private int depth;

  Tokens(Source source) {
    this.source = source;
    this.tokens = Lexer.tokens(source);
  }

  Token peek() {
    return tokens.get(next);
  }

  Token peekSecond() {
    return tokens.get(Math.min(next + 1, tokens.size() - 1));
  }

  /** Takes a token; the end stays. */
  Token take() {
    Token token = peek();
    if (!token.is(Kind.END)) {
      next++;
    }
    return token;
  }

  boolean takeOperator(String operator) {
    boolean found = peek().isOperator(operator);
    if (found) {
      next++;
    }
    return found;
  }

  boolean takeName(String name) {
    boolean found = peek().isName(name);
    if (found) {
      next++;
    }
    return found;
  }

  Token expect(Kind kind) {
    if (!peek().is(kind)) {
      throw unexpected(kind.words());
    }
    return take();
  }

  void expectOperator(String operator) {
    if (!takeOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  void expectName(String name) {
    if (!takeName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  TemplateException unexpected(String expected) {
    return error(peek(), "expected " + expected + ", got " + peek().words());
  }

  TemplateException error(Token token, String message) {
    return source.error(token.at(), message);
  }

  /** One level deeper; {@link #leave} follows. */
  void enter() {
    if (++depth > DEEPEST) {
      throw error(peek(), "nested deeper than " + DEEPEST + " levels");
    }
  }

  void leave() {
    depth--;
  }
}
