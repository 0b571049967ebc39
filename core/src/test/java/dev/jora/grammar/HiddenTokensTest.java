package dev.jora.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A grammar holds what is shown of a text: control tokens that are not shown are no part of it. */
class HiddenTokensTest {
  private static final Tokenizer TOKENIZER =
      Tokenizer.from(GgufFile.readMetadata(Shared.testdata("jora-demo.gguf")));

  private static final int HIDDEN = TOKENIZER.vocab().find("<|im_start|>");

  private static GrammarState start(String gbnf, boolean shown) {
    GrammarTokens tokens = new GrammarTokens(TOKENIZER, id -> shown);
    return new CompiledGrammar(Grammar.parse(gbnf), tokens).start();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "root ::= [^\\n]+",
        "root ::= .*",
        "root ::= \"<|im_start|>\"",
        "root ::= \"<\" [|] [a-z_]+ \"|>\"",
        "root ::= !<[0]>",
        "root ::= \"x\" | [^x] root",
      })
  void aHiddenTokenIsNoText(String gbnf) {
    for (boolean shown : new boolean[] {true, false}) {
      GrammarState state = start(gbnf, shown);
      assertEquals(shown, state.mask().allows(HIDDEN), gbnf);
      assertEquals(shown, !state.accept(HIDDEN).isDead(), gbnf);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"root ::= <|im_start|> \"a\"", "root ::= ([a-z] | <|im_start|>) \"a\""})
  void itComesWhereTheGrammarAsksForTheToken(String gbnf) {
    GrammarState state = start(gbnf, false);
    assertTrue(state.mask().allows(HIDDEN));
    assertTrue(state.accept(HIDDEN).accept(new byte[] {'a'}).isAccepting());
  }

  /** Whatever may come adds to the shown text, or ends it. */
  @Test
  void nothingThatMayComeIsHidden() {
    GrammarState state = start("root ::= [^\\x00]*", false);
    long control =
        IntStream.range(0, TOKENIZER.vocab().size()).filter(TOKENIZER.vocab()::isHidden).count();
    assertTrue(control > 1, "the vocabulary has control tokens");
    state
        .mask()
        .ids()
        .filter(id -> !TOKENIZER.vocab().isEog(id))
        .forEach(id -> assertFalse(TOKENIZER.piece(id, false).length == 0, "token " + id));
  }
}
