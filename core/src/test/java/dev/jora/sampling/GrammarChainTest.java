package dev.jora.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.Grammar;
import dev.jora.grammar.GrammarState;
import dev.jora.grammar.GrammarTokens;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Chains that are held to a grammar, over the vocabulary of the demo model. */
class GrammarChainTest {
  private static Tokenizer tokenizer;
  private static GrammarTokens tokens;
  private static int size;

  @BeforeAll
  static void readVocabulary() throws IOException {
    tokenizer = Tokenizer.from(GgufFile.readMetadata(Shared.testdata("jora-demo.gguf")));
    tokens = new GrammarTokens(tokenizer);
    size = tokenizer.vocab().size();
  }

  private static GrammarState root(String gbnf) {
    return new CompiledGrammar(Grammar.parse(gbnf), tokens).start();
  }

  private static SamplerChain chain(SamplingParams.Builder params, GrammarState root) {
    SamplerChain chain = new SamplerChain(params.build(), Chains.vocabulary(size));
    chain.hold(root);
    return chain;
  }

  private static int token(String text) {
    int[] ids = tokenizer.encode(text, false, false);
    return ids[ids.length - 1];
  }

  /** Draws with logits that differ from step to step until a token ends the text. */
  private static int[] draws(SamplerChain chain, int first, int most) {
    int[] ids = new int[most];
    for (int i = 0; i < most; i++) {
      ids[i] = chain.sample(Chains.random(first + i, size));
      chain.accept(ids[i]);
      if (tokenizer.vocab().isEog(ids[i])) {
        return Arrays.copyOf(ids, i);
      }
    }
    return ids;
  }

  @Test
  void everyTextIsOfTheGrammar() {
    String gbnf = "root ::= \"(\" [a-c]{2,9} \"; \" (root | [0-9]+) \")\"";
    for (int seed = 0; seed < 40; seed++) {
      int[] ids = draws(chain(Chains.everything().seed(seed), root(gbnf)), 1000 * seed, 900);
      GrammarState state = root(gbnf);
      for (int id : ids) {
        state = state.accept(id);
      }
      assertTrue(ids.length == 900 ? !state.isDead() : state.isAccepting());
    }
  }

  @Test
  void whatFitsIsDrawnAsWithoutAGrammar() {
    String any = "root ::= [^\\x00]*";
    int[] free = draws(chain(Chains.everything().seed(3), null), 0, 60);
    SamplerChain held = chain(Chains.everything().seed(3), root(any));
    for (int i = 0; i < free.length; i++) {
      float[] logits = Chains.random(i, size);
      assertEquals(!root(any).accept(free[i]).isDead(), held.sample(logits) == free[i]);
      held.accept(free[i]);
      if (root(any).accept(free[i]).isDead()) {
        return; // it was drawn a second time, with a number more
      }
    }
  }

  @Test
  void aRefusedTokenIsDrawnAgain() {
    float[] logits = new float[size];
    logits[token("a")] = 9;
    logits[token("b")] = 5;
    SamplingParams.Builder cold =
        SamplingParams.builder().temperature(new Temperature.Params(0, 0, 1));
    assertEquals(token("b"), chain(cold, root("root ::= [b-z]")).sample(logits));
    assertEquals(token("a"), chain(cold, root("root ::= [a-z]")).sample(logits));
    cold.logitBias(Map.of(token("b"), Float.NEGATIVE_INFINITY));
    int other = chain(cold, root("root ::= [b-z]")).sample(logits);
    assertTrue(root("root ::= [c-z]").mask().allows(other));
  }

  @Test
  void thePromptIsNotOfTheGrammar() {
    SamplerChain chain = chain(Chains.params(1, ""), root("root ::= \"ab\""));
    chain.acceptPrompt(token("z"));
    assertArrayEquals(tokenizer.encode("ab", false, false), drawn(chain));
    chain.reset();
    assertArrayEquals(tokenizer.encode("ab", false, false), drawn(chain));
  }

  private static int[] drawn(SamplerChain chain) {
    StringBuilder text = new StringBuilder();
    for (int id : draws(chain, 5, 9)) {
      text.append(tokenizer.decode(new int[] {id}, false).length > 0 ? piece(id) : "");
    }
    return tokenizer.encode(text.toString(), false, false);
  }

  private static String piece(int id) {
    return new String(tokenizer.piece(id, true), StandardCharsets.UTF_8);
  }

  @Test
  void aCopyGoesOnApart() {
    SamplerChain chain = chain(Chains.everything(), root("root ::= [a-z]{40}"));
    draws(chain, 0, 3);
    SamplerChain copy = chain.copy();
    int[] rest = draws(chain, 50, 60);
    assertArrayEquals(rest, draws(copy, 50, 60));
  }

  @Test
  void whereNothingIsLeftASentenceSaysSo() {
    SamplingParams.Builder params = Chains.params(1, "");
    params.logitBias(bans());
    SamplerChain chain = chain(params, root("root ::= \"a\""));
    NoTokenException none =
        assertThrows(NoTokenException.class, () -> chain.sample(new float[size]));
    assertTrue(none.getMessage().contains("the grammar"), none.getMessage());
  }

  private static Map<Integer, Float> bans() {
    Map<Integer, Float> bans = new HashMap<>();
    root("root ::= \"a\"").mask().ids().forEach(id -> bans.put(id, Float.NEGATIVE_INFINITY));
    return bans;
  }
}
