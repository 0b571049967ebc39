package dev.jora.grammar;

/**
 * How far a text has come in a grammar. Immutable: a text that forks or goes back keeps the state
 * where it was.
 */
public final class GrammarState {
  private final CompiledGrammar grammar;
  private final Stacks stacks;

  GrammarState(CompiledGrammar grammar, Stacks stacks) {
    this.grammar = grammar;
    this.stacks = stacks;
  }

  /**
   * The state behind a token; dead if the token may not come here. Behind a token that ends the
   * text only such a token may come.
   *
   * @throws GrammarException if the text can be read in too many ways
   */
  public GrammarState accept(int token) {
    return new GrammarState(grammar, grammar.accept(stacks, token));
  }

  /**
   * The state behind bytes of the text that come without tokens; dead if they may not come here.
   *
   * @throws GrammarException if the text can be read in too many ways
   */
  public GrammarState accept(byte[] bytes) {
    return new GrammarState(grammar, grammar.accept(stacks, bytes));
  }

  /** True if the text may end here. */
  public boolean isAccepting() {
    return stacks.finished;
  }

  /** True if the text ends here without a token that says so: the vocabulary has none. */
  public boolean isOver() {
    return stacks.finished && stacks.tops.length == 0 && !grammar.hasEnds();
  }

  /** True if the grammar has been left: nothing may follow, and the text may not end. */
  public boolean isDead() {
    return stacks.isDead();
  }

  /**
   * The tokens that may come next; those that end the text if it may end here.
   *
   * @throws GrammarException if the text can be read in too many ways
   */
  public TokenMask mask() {
    return grammar.mask(stacks);
  }
}
