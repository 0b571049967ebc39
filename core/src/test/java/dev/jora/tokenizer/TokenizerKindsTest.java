package dev.jora.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufValue;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.TinyVocabularies.Token;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids and texts of small vocabularies of kinds that no model at hand has, against llama.cpp's. */
class TokenizerKindsTest {
  static Stream<JsonNode> cases() {
    return Golden.json(Shared.testdata("tokenizer/kinds.json")).get("cases").valueStream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void idsAndTextsEqual(JsonNode one) {
    Tokenizer tokenizer = tokenizer(one);
    for (int i = 0; i < one.get("texts").size(); i++) {
      String text = one.get("texts").get(i).textValue();
      String message = one.get("name").textValue() + ": '" + text + "'";
      int[] plain = tokenizer.encode(text, false, false);
      assertArrayEquals(Golden.ints(one.get("plain").get(i)), plain, message);
      assertArrayEquals(
          Golden.ints(one.get("special").get(i)), tokenizer.encode(text, true, true), message);
      if (one.has("decoded")) {
        assertEquals(
            one.get("decoded").get(i).textValue(),
            new String(tokenizer.detokenize(plain, true), StandardCharsets.UTF_8),
            message);
      }
    }
  }

  private static Tokenizer tokenizer(JsonNode one) {
    TokenType[] types = TokenType.values();
    List<Token> tokens = new ArrayList<>();
    for (int id = 0; id < one.get("tokens").size(); id++) {
      float score = one.has("scores") ? one.get("scores").get(id).floatValue() : 0;
      TokenType type = types[one.get("types").get(id).intValue() - 1];
      tokens.add(new Token(one.get("tokens").get(id).textValue(), score, type));
    }
    Map<String, Object> keys = new LinkedHashMap<>();
    one.get("keys")
        .properties()
        .forEach(
            e ->
                keys.put(
                    e.getKey(),
                    switch (e.getValue()) {
                      case BooleanNode b -> b.booleanValue();
                      case TextNode t -> t.textValue();
                      default -> e.getValue().intValue();
                    }));
    if (one.has("merges")) {
      keys.put("merges", one.get("merges").valueStream().map(JsonNode::textValue).toList());
    }
    if (one.has("charsmap")) {
      byte[] blob = Base64.getDecoder().decode(one.get("charsmap").textValue());
      keys.put("precompiled_charsmap", blob);
    }
    return Tokenizer.from(TinyVocabularies.metadata(one.get("model").textValue(), tokens, keys));
  }

  private static final List<Token> UNIGRAM =
      List.of(
          Token.of("<pad>", TokenType.CONTROL),
          Token.of("</s>", TokenType.CONTROL),
          Token.of("<unk>", TokenType.UNKNOWN),
          new Token("▁", -3, TokenType.NORMAL),
          new Token("▁a", -1, TokenType.NORMAL),
          new Token("a", -2, TokenType.NORMAL),
          new Token("b", -2, TokenType.NORMAL),
          new Token("ab", -5, TokenType.NORMAL),
          new Token("", 0, TokenType.NORMAL));

  /**
   * "ab" costs 5, "a" and "b" 4; "▁a" 1, "▁" and "a" 5; what is no token costs 10 more than the
   * least, and several in a row are one.
   */
  @Test
  void theBestSumOfScores() {
    Tokenizer tokenizer =
        Tokenizer.from(
            TinyVocabularies.metadata("t5", UNIGRAM, Map.of("remove_extra_whitespaces", true)));
    assertArrayEquals(new int[] {4, 6, 1}, tokenizer.encode("ab", true, false));
    assertArrayEquals(new int[] {4, 2, 5, 3, 2, 1}, tokenizer.encode(" axéa  é ", true, false));
    assertArrayEquals(new int[] {1}, tokenizer.encode("  ", true, false));
    assertEquals("ab", new String(tokenizer.decode(new int[] {4, 6}, false)));
  }

  /** Of "ab" and "abcd" the one that "abc" begins with is "ab"; "c" alone is no token. */
  @Test
  void theLongestTokenOfBytes() {
    List<Token> tokens = new ArrayList<>();
    for (String text : List.of("<s>", "a", "ab", "abcd", "\\x00\\n\\\\", "\\xc3", "")) {
      tokens.add(Token.of(text, TokenType.NORMAL));
    }
    Tokenizer tokenizer =
        Tokenizer.from(TinyVocabularies.metadata("rwkv", tokens, Map.of("unknown_token_id", 0)));
    assertArrayEquals(new int[] {2, 0, 3, 1, 4}, tokenizer.encode("abcabcda\0\n\\", true, false));
    assertArrayEquals(
        new byte[] {0, '\n', '\\', (byte) 0xc3}, tokenizer.decode(new int[] {4, 5}, true));
    assertArrayEquals(new byte[0], tokenizer.decode(new int[] {6, 7}, true), "no text");
  }

  /** Bytes that are no UTF-8 are kept where tokens are bytes. */
  @Test
  void anyBytesComeBack() {
    Random random = new Random(5);
    for (JsonNode one : cases().toList()) {
      Tokenizer tokenizer = tokenizer(one);
      String model = one.get("model").textValue();
      for (int round = 0; round < 200; round++) {
        byte[] bytes = new byte[random.nextInt(60)];
        random.nextBytes(bytes);
        byte[] back = tokenizer.decode(tokenizer.encode(bytes, false, false), true);
        if (model.equals("rwkv") || model.equals("plamo2")) {
          assertArrayEquals(bytes, back, model);
        }
      }
    }
  }

  @Test
  void kimiWithoutMergesRanksPairsByTheirTokens() {
    List<Token> tokens = new ArrayList<>(TinyVocabularies.bytes());
    for (String text : List.of("bc", "ab", "abc", "cd", "xyz")) {
      tokens.add(Token.of(text, TokenType.NORMAL));
    }
    Tokenizer tokenizer =
        Tokenizer.from(TinyVocabularies.metadata("gpt2", tokens, Map.of("pre", "kimi-k2")));
    assertArrayEquals(
        new int[] {258, 'd'}, tokenizer.encode("abcd", false, false), "bc, then a with it");
    assertArrayEquals(new int[] {260}, tokenizer.encode("xyz", false, false), "a whole word");
  }

  @Test
  void whitespaceLowersWhereTheFileSaysSo() {
    List<Token> tokens = new ArrayList<>();
    for (String text : List.of("h", "i", "hi", "H", "▁", "é")) {
      tokens.add(Token.of(text, TokenType.NORMAL));
    }
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("pre", "whitespace");
    keys.put("merges", List.of("h i"));
    Tokenizer plain = Tokenizer.from(TinyVocabularies.metadata("whitespace", tokens, keys));
    assertArrayEquals(new int[] {3, 1, 2, 4}, plain.encode("Hi  hi▁", false, false));
    keys.put("tokenizer.ggml.normalizer.lowercase", true);
    Tokenizer lower = Tokenizer.from(TinyVocabularies.metadata("whitespace", tokens, keys));
    assertArrayEquals(new int[] {2, 2, 4, 5}, lower.encode("Hi  hi▁É", false, false));
  }

  /** As llama.cpp has it. */
  @ParameterizedTest
  @CsvSource({
    "a <dna>ACGTACgt</dna> b, 10 11 2 5 6 3 11",
    "<dna>ACGTACNNNNNN, 2 5 4",
    "<dna></dna>A, 2 3 7",
    "<dna>A<dna>C</dna></dna>, 2 4 4 3 12 10",
    "ACGTAC, 7 8 9",
  })
  void basesAreTokensBySix(String text, String expected) {
    List<Token> tokens = new ArrayList<>();
    for (String token :
        List.of(
            "?",
            "!",
            "<dna>",
            "</dna>",
            "<oov>",
            "ACGTAC\uE000",
            "GTAAAA\uE000",
            "A",
            "CG",
            "TAC",
            "a",
            "Ġ",
            "<",
            "C",
            "G",
            "T",
            "AC")) {
      tokens.add(Token.of(token, TokenType.NORMAL));
    }
    Map<String, Object> keys = Map.of("pre", "qwen2", "merges", List.of("C G", "A C", "T AC"));
    Tokenizer tokenizer = Tokenizer.from(TinyVocabularies.metadata("hybriddna", tokens, keys));
    int[] ids = tokenizer.encode(text, false, false);
    assertEquals(
        expected, Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
    assertEquals("ACGTAC", new String(tokenizer.decode(new int[] {5}, false)));
  }

  /** What llama.cpp makes of these, by the model and the way of cutting words. */
  @ParameterizedTest
  @CsvSource({
    "gpt2, whitespace, hello world, 16 9 17 18 11",
    "gpt2, whitespace, 'hello\nworld', 16 10 17 18 11",
    "gpt2, whitespace, ' a', 9 3",
    "gpt2, whitespace, 中文 a, 21 9 3",
    "gpt2, whitespace, AB ab, 4 5 9 22",
    "whitespace, whitespace, hello world, 16 17 18 11",
    "whitespace, whitespace, 'hello\nworld', 16 17 18 11",
    "whitespace, whitespace, ' a', 3",
    "whitespace, whitespace, 中文 a, 21 3",
    "whitespace, whitespace, AB ab, 4 5 22",
    "whitespace, whitespace, é, 8",
    "whitespace, default, AB ab, 22 22",
    "whitespace, default, ' a', 3",
    "whitespace, default, é, 14 15",
  })
  void whiteSpaceIsDroppedByTheModelNotByTheCut(
      String model, String pre, String text, String expected) {
    List<Token> tokens = new ArrayList<>();
    for (String token :
        List.of(
            "h", "e", "o", "a", "A", "B", "b", "Ġ", "é", " ", "\n", "d", "▁", "Ċ", "Ã", "©",
            "hello", "wo", "rl", "中", "文", "中文", "ab", "he", "ll", "hell", "l", "r", "w", "Ġa")) {
      tokens.add(Token.of(token, TokenType.NORMAL));
    }
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("pre", pre);
    keys.put("merges", List.of("h e", "l l", "he ll", "hell o", "w o", "中 文", "Ġ a", "r l", "a b"));
    Tokenizer tokenizer = Tokenizer.from(TinyVocabularies.metadata(model, tokens, keys));
    int[] ids = Stream.of(expected.split(" ")).mapToInt(Integer::parseInt).toArray();
    assertArrayEquals(ids, tokenizer.encode(text, false, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5", "plamo2"})
  void scoresMustBeThereAndNumbers(String model) {
    GgufMetadata whole = TinyVocabularies.metadata(model, UNIGRAM, Map.of());
    Map<String, GgufValue> values = new LinkedHashMap<>(whole.values());
    values.remove("tokenizer.ggml.scores");
    assertFault(new GgufMetadata(whole.file(), values), "tokenizer.ggml.scores", "no such key");
    List<Token> tokens = new ArrayList<>(UNIGRAM);
    tokens.set(4, new Token("▁a", Float.NaN, TokenType.NORMAL));
    assertFault(TinyVocabularies.metadata(model, tokens, Map.of()), "scores[4]", "NaN");
  }

  @Test
  void faultsOfTokensAreNamed() {
    List<Token> twice = new ArrayList<>(UNIGRAM);
    twice.add(new Token("ab", -1, TokenType.NORMAL));
    assertFault(TinyVocabularies.metadata("t5", twice, Map.of()), "tokens[9]", "ab", "token 7");
    List<Token> bytes =
        List.of(Token.of("a", TokenType.NORMAL), Token.of("\\x61", TokenType.NORMAL));
    assertFault(TinyVocabularies.metadata("rwkv", bytes, Map.of()), "tokens[1]", "token 0");
    for (String text : List.of("\\", "\\x", "\\x4", "\\xg0")) {
      List<Token> bad = List.of(Token.of(text, TokenType.NORMAL));
      assertFault(TinyVocabularies.metadata("rwkv", bad, Map.of()), "tokens[0]", text);
    }
    assertFault(TinyVocabularies.metadata("plamo2", UNIGRAM, Map.of()), "tokens", "<0x00>");
    assertFault(
        TinyVocabularies.metadata("t5", UNIGRAM.subList(3, 5), Map.of()), "unknown_token_id");
  }

  /** A trie of 256 units of which the child by 'a' of the first, at 1 ^ 'a', has a value. */
  private static byte[] charsmap(int root, int value) {
    ByteBuffer blob = ByteBuffer.allocate(4 + 1024 + 2).order(ByteOrder.LITTLE_ENDIAN);
    blob.putInt(0, 1024);
    blob.putInt(4, root << 10);
    blob.putInt(4 + 4 * (1 ^ 'a'), 0x10 << 10 | 1 << 8 | 'a');
    blob.putInt(4 + 4 * (1 ^ 'a' ^ 0x10), value);
    blob.put(4 + 1024, (byte) 'b');
    return blob.array();
  }

  @Test
  void charsmaps() {
    byte[] good = charsmap(1, 0);
    Tokenizer tokenizer = Tokenizer.from(withCharsmap(good));
    assertArrayEquals(new int[] {6, 6}, tokenizer.encode("ab", false, false), "a becomes b");
    assertCharsmapFault(charsmap(1, 2), "a replacement at 2 of 2");
    assertCharsmapFault(charsmap(0x1fff, 0), "a unit at 8191 of 256");
    assertCharsmapFault(new byte[0], "0 bytes");
    assertCharsmapFault(new byte[3], "3 bytes");
    assertCharsmapFault(Arrays.copyOf(good, 1028), "a trie of 1024");
    assertCharsmapFault(Arrays.copyOf(good, 1029), "1029 bytes");
    byte[] huge = good.clone();
    huge[3] = -1;
    assertCharsmapFault(huge, "a trie of 4278191104");
    assertFault(withCharsmap(List.of("a")), "precompiled_charsmap", "8-bit");
  }

  private static GgufMetadata withCharsmap(Object charsmap) {
    return TinyVocabularies.metadata("t5", UNIGRAM, Map.of("precompiled_charsmap", charsmap));
  }

  private static void assertCharsmapFault(byte[] blob, String found) {
    assertFault(withCharsmap(blob), "tokenizer.ggml.precompiled_charsmap", found);
  }

  private static void assertFault(GgufMetadata metadata, String... parts) {
    String message = assertThrows(GgufException.class, () -> Tokenizer.from(metadata)).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), part + " in: " + message);
    }
  }
}
