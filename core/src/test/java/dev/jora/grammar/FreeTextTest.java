package dev.jora.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jora.gguf.GgufFile;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text before a trigger, text within markers, and grammars that are rules of others. */
class FreeTextTest {
  private static GrammarTokens tokens;

  @BeforeAll
  static void readVocabulary() throws IOException {
    tokens =
        new GrammarTokens(Tokenizer.from(GgufFile.readMetadata(Shared.testdata("jora-demo.gguf"))));
  }

  private static GrammarState after(Grammar grammar, String text) {
    return new CompiledGrammar(grammar, tokens)
        .start()
        .accept(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Words that begin each other, overlap, repeat themselves; every short text of their letters. */
  @ParameterizedTest
  @ValueSource(strings = {"aab", "aba", "ab,bac", "aaa", "abcab,bca", "é<,<é", "a"})
  void knowsWhereAWordEnds(String list) {
    List<String> words = List.of(list.split(","));
    Grammar without =
        Grammar.parse("root ::= free\n" + FreeText.without("free", words, "\"!\" [0-9]"));
    Grammar until = Grammar.parse("root ::= free\n" + FreeText.until("free", words, "\"!\""));
    String letters = String.join("", words) + "x😀";
    int[] alphabet = letters.codePoints().distinct().toArray();
    Random random = new Random(7);
    for (int i = 0; i < 400; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(9); n > 0; n--) {
        text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
      }
      String t = text.toString();
      boolean has = words.stream().anyMatch(t::contains);
      String beginning = t.isEmpty() ? "" : t.substring(0, t.offsetByCodePoints(t.length(), -1));
      boolean endsFirst =
          words.stream().anyMatch(t::endsWith) && words.stream().noneMatch(beginning::contains);
      assertEquals(!has, after(without, t).isAccepting(), t);
      assertEquals(!has, after(without, t + "!5").isAccepting(), t);
      assertEquals(endsFirst, after(until, t + "!").isAccepting(), t);
    }
  }

  @Test
  void anotherGrammarIsARule() {
    Grammar list =
        Grammar.parse("root ::= \"[\" (item (\",\" item)*)? \"]\"\nitem ::= [0-9] | root");
    String lazy = "root ::= free\n" + FreeText.without("free", List.of("[1", "[[1"), "list");
    Grammar both = Grammar.parse(lazy, Map.of("list", list));
    assertEquals(true, after(both, "a [ b [2, c").isAccepting());
    assertEquals(true, after(both, "see [1,2,[3]]").isAccepting());
    assertEquals(false, after(both, "see [1,2").isAccepting());
    assertEquals(true, after(both, "see [1,2,x").isDead());
    assertEquals(true, after(both, "see [1] and").isDead());
    assertEquals(true, after(both, "[[1]]").isAccepting());
    Grammar twice = Grammar.parse("root ::= a \";\" b", Map.of("a", list, "b", list));
    assertEquals(true, after(twice, "[];[[1]]").isAccepting());
  }

  @Test
  void saysWhereInWhichTextARuleIsWrong() {
    Grammar part = Grammar.parse("root ::= \"a\"\n\n loop ::= loop \"b\"");
    GrammarException wrong =
        assertThrows(
            GrammarException.class,
            () -> new CompiledGrammar(Grammar.parse("root ::= p", Map.of("p", part)), tokens));
    assertEquals(3, wrong.line());
  }

  @Test
  void quotesAnything() {
    String text = "a\"\\]^\n\t [é😀\u0001";
    assertEquals(
        true, after(Grammar.parse("root ::= " + GbnfText.literal(text)), text).isAccepting());
  }
}
