package dev.jora.grammar;

import java.util.Arrays;

/**
 * A grammar for the tokens of a vocabulary. Any number of texts may go on at the same time; threads
 * wait for each other.
 */
public final class CompiledGrammar {
  private final Program program;
  private final GrammarTokens tokens;
  private final Automaton automaton;
  private final TokenMasks masks;

  /**
   * Compiles a grammar.
   *
   * @throws GrammarException if it is too large, begins a rule with the rule itself, or names a
   *     token that the vocabulary lacks
   */
  public CompiledGrammar(Grammar grammar, GrammarTokens tokens) {
    this.program = ProgramBuilder.build(grammar);
    this.tokens = tokens;
    this.automaton = new Automaton(program);
    int[] asked = Arrays.stream(program.tokens()).mapToInt(tokens::id).toArray();
    this.masks = new TokenMasks(program, automaton, tokens, asked);
  }

  /** How many rules the grammar has. */
  public int rules() {
    return program.starts().length;
  }

  /** How many positions the automaton has. */
  public int positions() {
    return program.size();
  }

  /**
   * The state before the first token.
   *
   * @throws GrammarException if the grammar is too ambiguous
   */
  public synchronized GrammarState start() {
    automaton.begin();
    return new GrammarState(this, automaton.start());
  }

  /** True if the vocabulary has tokens that end a text. */
  boolean hasEnds() {
    return tokens.hasEnds();
  }

  synchronized Stacks accept(Stacks stacks, int id) {
    automaton.begin();
    if (tokens.isEnd(id) && stacks.finished) {
      return automaton.end();
    }
    return automaton.step(stacks, tokens.bytes(id), index -> masks.asks(index, id));
  }

  synchronized Stacks accept(Stacks stacks, byte[] bytes) {
    automaton.begin();
    return bytes.length == 0 ? stacks : automaton.step(stacks, bytes, index -> false);
  }

  synchronized TokenMask mask(Stacks stacks) {
    automaton.begin();
    return masks.of(stacks);
  }
}
