/**
 * What a text may be, as a GBNF grammar says it, and which tokens may come next for that. {@link
 * dev.jora.grammar.Grammar} is the parsed text, {@link dev.jora.grammar.GrammarTokens} the tokens
 * of a vocabulary as a tree of their bytes, {@link dev.jora.grammar.CompiledGrammar} both together;
 * a {@link dev.jora.grammar.GrammarState} never changes, so going back to an older one is free.
 * Nothing recurses while tokens are drawn.
 */
package dev.jora.grammar;
