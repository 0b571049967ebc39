package dev.jora.grammar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks against what each token, accepted by itself, makes of the state. */
class GrammarMaskTest {
  private static Tokenizer tokenizer;
  private static GrammarTokens tokens;

  @BeforeAll
  static void readVocabulary() throws IOException {
    Tokenizer demo = Tokenizer.from(GgufFile.readMetadata(Shared.testdata("jora-demo.gguf")));
    Random random = new Random(3);
    Set<String> texts = new LinkedHashSet<>(List.of("<end>"));
    for (int id = 0; id < demo.vocab().size(); id += 3) {
      texts.add(escaped(demo.piece(id, true), 0));
    }
    for (int i = 0; i < 900; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = 1 + random.nextInt(1 + random.nextInt(16)); length > 0; length--) {
        text.append(CHARACTERS.get(random.nextInt(CHARACTERS.size())));
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      int from = random.nextInt(4) == 0 ? Math.min(bytes.length - 1, random.nextInt(3)) : 0;
      int to = random.nextInt(4) == 0 ? Math.max(from + 1, bytes.length - 1) : bytes.length;
      texts.add(escaped(Arrays.copyOf(bytes, to), from));
    }
    List.of(0xc0, 0xc1, 0xe0, 0xf0, 0xf5, 0xff, 0x80, 0xbf)
        .forEach(b -> texts.add("\\x%02x\\x80\\x80\\x80a".formatted(b)));
    tokenizer =
        Tokenizer.from(
            new GgufMetadata(
                Path.of("made.gguf"),
                Map.of(
                    "tokenizer.ggml.model", new GgufValue.Str("rwkv"),
                    "tokenizer.ggml.tokens", new GgufValue.Strs(List.copyOf(texts)),
                    "tokenizer.ggml.eos_token_id", new GgufValue.Int(GgufType.UINT32, 0))));
    tokens = new GrammarTokens(tokenizer);
  }

  /**
   * Words of the demo model, and texts of many scripts that may begin and end within a character.
   */
  private static final List<String> CHARACTERS =
      List.of(
          "a",
          "b",
          "c",
          "e",
          "z",
          "x",
          "A",
          "0",
          "7",
          " ",
          ".",
          ",",
          "\"",
          "<",
          "/",
          "é",
          "ф",
          "а",
          "я",
          "\u0905",
          "\u0915",
          "你",
          "好",
          "\ud7ff",
          "\uffff",
          "😀",
          "\ud800\udc00",
          "\n",
          "~");

  private static String escaped(byte[] bytes, int from) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < bytes.length; i++) {
      text.append("\\x%02x".formatted(bytes[i] & 0xff));
    }
    return text.toString();
  }

  /**
   * Grammars of which each short cut is taken: copies, loops, calls behind both, parts of
   * characters.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "root ::= [a-z]{1,40} \"!\"",
        "root ::= \"<\" [^<]{0,30} \"</\" [a-z]{2} \">\"",
        "root ::= item{3,25}\nitem ::= [a-z ]+ [,.] | \"\\\"\" [^\"\\\\]{0,9} \"\\\"\"",
        "root ::= ([a-z]{1,9} \" \"){2,12} \".\"",
        "root ::= (\"a\" | \"ab\" | \"b\" [a-e]?){4,30} [0-9]*",
        "root ::= (\"x\" | word){0,20} \"end\"\nword ::= [a-z]{2,5} | \" \" word",
        "root ::= ([a-z]?){0,30} \".\"",
        "root ::= ([а-яa-z ]{1,20} | [^ -~]{2,9}){1,4}",
        "root ::= text tag*\ntag ::= \"<b>\" text \"</b>\"\ntext ::= [^<>]*",
        "root ::= [^\\x00-\\x1f\"\\\\]* | [^а-я]{3,9} | .{2,7} \"z\"",
        "root ::= (.){5,12} | [\\u0800-\\uffff \\U00010000-\\U0010ffff]* [a-z]",
        "root ::= ws (\"{\" ws pair{1,12} \"}\" | [a-z0-9 ]*) ws\n"
            + "pair ::= [a-z]+ ws \":\" ws root\n"
            + "ws ::= [ \\n"
            + "\\t]{0,8}",
        "root ::= (!<[300]> | [a-z]){2,12} <[301]>?",
        "root ::= a{5} b{2,} c\na ::= (\"aa\" | \"a\")\nb ::= a b? | [b-f]{3,8}\nc ::= .",
      })
  void masksAreWhatEachTokenDoes(String gbnf) {
    Random random = new Random(gbnf.hashCode());
    for (int round = 0; round < 4; round++) {
      follow(gbnf, random, 40);
    }
  }

  @Test
  void masksOfRandomGrammarsAreWhatEachTokenDoes() {
    Random random = new Random(5);
    int states = 0;
    for (int i = 0; i < 150; i++) {
      String gbnf =
          "root ::= "
              + random(random, 4)
              + "\na ::= "
              + random(random, 3)
              + "\nb ::= [c-f ] | \"x\" a";
      try {
        states += follow(gbnf, random, 15);
      } catch (GrammarException e) {
        assertTrue(e.getMessage().matches(".*(left-recursive|too many ways).*"), gbnf + e);
      }
    }
    assertTrue(states > 500, states + " states");
  }

  private static String random(Random random, int depth) {
    switch (random.nextInt(depth == 0 ? 4 : 7)) {
      case 0:
        return List.of("[a-e]", "[^a-f\\n]", ".", "[а-я ]", "[^\\u00e9]").get(random.nextInt(5));
      case 1:
        return List.of("\"the\"", "\"a\"", "\" \"", "\"é\"", "(\"e\" | )").get(random.nextInt(5));
      case 2:
        return "\"x\" a";
      case 3:
        return "b";
      case 4:
        return "(" + random(random, depth - 1) + " | " + random(random, depth - 1) + ")";
      case 5:
        int min = random.nextInt(4);
        String sign =
            List.of("*", "+", "?", "{" + min + "," + (min + 9) + "}").get(random.nextInt(4));
        return "(" + random(random, depth - 1) + ")" + sign;
      default:
        return random(random, depth - 1) + " " + random(random, depth - 1);
    }
  }

  /** Draws tokens at random, and goes to all ends; returns how many states it has compared. */
  private static int follow(String gbnf, Random random, int steps) {
    CompiledGrammar grammar = new CompiledGrammar(Grammar.parse(gbnf), tokens);
    GrammarState state = grammar.start();
    for (int step = 0; step < steps; step++) {
      TokenMask mask = state.mask();
      int[] expected = accepted(state);
      assertArrayEquals(expected, mask.ids().toArray(), gbnf + ", step " + step);
      assertEquals(expected.length, mask.count());
      if (expected.length == 0 || tokenizer.vocab().isEog(expected[0]) && expected.length == 1) {
        return step + 1;
      }
      state = state.accept(expected[random.nextInt(expected.length)]);
    }
    return steps;
  }

  /** The tokens that the state accepts, each tried by itself in a grammar that has no masks. */
  private static int[] accepted(GrammarState state) {
    return IntStream.range(0, tokens.size()).filter(id -> !state.accept(id).isDead()).toArray();
  }

  @Test
  void bytesAreSortedAsUnsignedNumbers() {
    Random random = new Random(9);
    List<byte[]> texts = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      byte[] text = new byte[random.nextInt(30)];
      for (int at = 0; at < text.length; at++) {
        text[at] = (byte) (random.nextInt(8) > 0 ? 0x40 : random.nextInt(256));
      }
      texts.add(text);
      texts.add(Arrays.copyOf(text, random.nextInt(text.length + 1)));
      texts.add(Arrays.copyOf(text, text.length + random.nextInt(3)));
    }
    texts.add("long".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    texts.add("long".repeat(100_001).getBytes(StandardCharsets.UTF_8));
    byte[][] all = texts.toArray(byte[][]::new);
    int[] expected =
        IntStream.range(0, all.length)
            .filter(i -> all[i].length > 0)
            .boxed()
            .sorted((a, b) -> Arrays.compareUnsigned(all[a], all[b]))
            .mapToInt(i -> i)
            .toArray();
    assertArrayEquals(expected, ByteOrder.sort(all));
  }
}
