package dev.jora.sampling;

import dev.jora.grammar.GrammarState;

/** A place in a text that a {@link SamplerChain} can go back to. */
public final class ChainMark {
  final int accepted;
  final float[] learned;
  final GrammarState grammar;

  ChainMark(int accepted, float[] learned, GrammarState grammar) {
    this.accepted = accepted;
    this.learned = learned;
    this.grammar = grammar;
  }
}
