package dev.jora.grammar;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A grammar in GBNF, the notation of llama.cpp: what docs/grammar.md says. Knows no vocabulary yet;
 * see {@link CompiledGrammar}.
 */
public final class Grammar {
  /** Positions that a grammar may have, each repetition written out: some 30 MB. */
  public static final int MAX_POSITIONS = 1_000_000;

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
    return parse(gbnf, Map.of());
  }

  /**
   * Reads a grammar that has other ones as rules.
   *
   * @param parts by the name of the rule that each is
   * @throws GrammarException where it is none, with line and column
   */
  public static Grammar parse(String gbnf, Map<String, Grammar> parts) {
    return GbnfParser.parse(gbnf, parts);
  }

  /**
   * How many positions the automaton has.
   *
   * @throws GrammarException as {@link CompiledGrammar} does
   */
  public int positions() {
    return ProgramBuilder.build(this).size();
  }

  /** The rules as they are called within another grammar, where this one's root has a name. */
  Map<String, Expression> rulesWithin(String name) {
    Map<String, Expression> all = new LinkedHashMap<>();
    rules.forEach(
        (rule, expression) ->
            all.put(within(name, rule), expression.renamed(r -> within(name, r))));
    return all;
  }

  /** Likewise where they are defined: in the text of their own grammar. */
  Map<String, Place> placesWithin(String name) {
    Map<String, Place> all = new LinkedHashMap<>();
    places.forEach((rule, place) -> all.put(within(name, rule), place));
    return all;
  }

  /** No rule of a text has such a name. */
  private static String within(String name, String rule) {
    return rule.equals(ROOT) ? name : name + "/" + rule;
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
