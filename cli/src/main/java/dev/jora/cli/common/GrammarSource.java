package dev.jora.cli.common;

import dev.jora.chat.ReplyGrammar;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.FreeText;
import dev.jora.grammar.Grammar;
import dev.jora.grammar.GrammarException;
import dev.jora.grammar.GrammarTokens;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A grammar and where it was given: what is wrong with it is told of there. */
public final class GrammarSource {
  private final String name;
  private final String gbnf;
  private final List<String> triggers;
  private final Supplier<String> large;
  private final Grammar grammar;

  /**
   * Reads a grammar.
   *
   * @param name of the file or option that it is of
   * @param triggers texts with which the grammar begins, and before which all is free; empty: the
   *     text begins with the grammar
   * @throws UserException where it is none, with line and column
   */
  public GrammarSource(String name, String gbnf, List<String> triggers) {
    this(name, gbnf, triggers, null);
  }

  /**
   * Likewise.
   *
   * @param large where the text was made of a schema, and its lines mean nothing to the user, the
   *     place of what makes it large, as a JSON pointer; else null
   */
  GrammarSource(String name, String gbnf, List<String> triggers, Supplier<String> large) {
    this.large = large;
    this.name = name;
    this.gbnf = gbnf;
    this.triggers = List.copyOf(triggers);
    try {
      Grammar whole = Grammar.parse(gbnf);
      this.grammar = triggers.isEmpty() ? whole : lazy(whole, triggers);
    } catch (GrammarException e) {
      throw told(e);
    }
  }

  private static Grammar lazy(Grammar grammar, List<String> triggers) {
    return Grammar.parse(
        "root ::= free\n" + FreeText.without("free", triggers, "grammar"),
        Map.of("grammar", grammar));
  }

  /** The grammar as it was given. */
  public String gbnf() {
    return gbnf;
  }

  /** True if the other one makes the same texts. */
  public boolean isSame(GrammarSource other) {
    return other != null && gbnf.equals(other.gbnf) && triggers.equals(other.triggers);
  }

  /**
   * The grammar over a model's vocabulary.
   *
   * @param special true if control tokens are shown; else none may come but as the grammar asks for
   *     tokens, and in a trigger
   * @throws UserException if it cannot be used, with line and column
   */
  public CompiledGrammar compile(Session session, boolean special) {
    BitSet shown = special ? session.tokenizer().vocab().hidden() : new BitSet();
    return compile(grammar, shown, session);
  }

  /** The same over a vocabulary alone. */
  public CompiledGrammar compile(GrammarTokens tokens) {
    try {
      return new CompiledGrammar(grammar, tokens);
    } catch (GrammarException e) {
      throw told(e);
    }
  }

  /** What holds a model's replies to it. */
  public ReplyGrammar replies(Session session) {
    return new ReplyGrammar(grammar, (reply, shown) -> compile(reply, shown, session));
  }

  private CompiledGrammar compile(Grammar any, BitSet shown, Session session) {
    BitSet texts = session.tokenizer().vocab().hiddenPartsOf(triggers);
    texts.or(shown);
    try {
      return session.compile(any, texts);
    } catch (GrammarException e) {
      throw told(e);
    }
  }

  private UserException told(GrammarException e) {
    if (large != null) {
      String at = large.get();
      return new UserException(
          name
              + ": the schema cannot be used as a grammar: "
              + e.reason()
              + (at.isEmpty() ? "" : "; most of it is for " + at),
          e);
    }
    return new UserException(name + ", " + e.getMessage().replaceFirst("^grammar, ", ""), e);
  }
}
