package dev.jora.grammar;

import java.util.Map;

/**
 * A grammar in GBNF, the notation of llama.cpp: what docs/grammar.md says. Knows no vocabulary yet;
 * see {@link CompiledGrammar}.
 */
public final class Grammar {
  static final String ROOT = "root";

  private final Map<String, Expression> rules;
  private final Map<String, Place> places;

  Grammar(Map<String, Expression> rules, Map<String, Place> places) {
    this.rules = rules;
    this.places = places;
  }

  /**
   * Reads a grammar.
   *
   * @throws GrammarException where it is none, with line and column
   */
  public static Grammar parse(String gbnf) {
    return GbnfParser.parse(gbnf);
  }

  /** Rules by name in the order of the text. */
  Map<String, Expression> rules() {
    return rules;
  }

  /** Where a rule is defined. */
  Place place(String rule) {
    return places.get(rule);
  }
}
