package dev.jora.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.TinyVocabularies.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Special tokens, round trips, streams, threads, sizes and faults. */
class TokenizerTest {
  private static final int FIRST = 260;

  private static Tokenizer bpe(Token... special) {
    return Tokenizer.from(TinyVocabularies.bpe(List.of(special), Map.of()));
  }

  private static Token control(String text) {
    return Token.of(text, TokenType.CONTROL);
  }

  private static Token userDefined(String text) {
    return Token.of(text, TokenType.USER_DEFINED);
  }

  private static String text(Tokenizer tokenizer, int[] ids) {
    return new String(tokenizer.decode(ids, true), StandardCharsets.UTF_8);
  }

  @Test
  void lowestRankMergesFirst() {
    assertArrayEquals(new int[] {259}, bpe().encode("hello", false, false));
    assertArrayEquals(new int[] {258, 258}, bpe().encode("hellhell", false, false));
  }

  @Test
  void controlTokensOnlyWhereTheTextIsTrusted() {
    Tokenizer tokenizer = bpe(control("<|end|>"));
    assertArrayEquals(
        new int[] {259, FIRST, 259}, tokenizer.encode("hello<|end|>hello", false, true));
    int[] plain = tokenizer.encode("hello<|end|>hello", false, false);
    assertTrue(Arrays.stream(plain).noneMatch(id -> id == FIRST));
    assertEquals("hello<|end|>hello", text(tokenizer, plain));
  }

  @Test
  void userDefinedTokensAlways() {
    Tokenizer tokenizer = bpe(userDefined("[x]"));
    assertArrayEquals(new int[] {259, FIRST}, tokenizer.encode("hello[x]", false, false));
  }

  @Test
  void theLongestSpecialTokenWinsEvenFromTheRight() {
    Tokenizer tokenizer = bpe(userDefined("<a"), userDefined("a>bcd"), userDefined("<a>"));
    assertArrayEquals(
        new int[] {'<' - 33 + ids(tokenizer, "!")[0], FIRST + 1},
        tokenizer.encode("<a>bcd", false, false));
    assertArrayEquals(new int[] {FIRST + 2}, tokenizer.encode("<a>", false, false));
  }

  private static int[] ids(Tokenizer tokenizer, String text) {
    return tokenizer.encode(text, false, false);
  }

  @Test
  void phi3TokensSwallowTheSpaceAfterThem() {
    Tokenizer tokenizer =
        Tokenizer.from(
            TinyVocabularies.bpe(
                List.of(control("<|user|>"), control("<s>")),
                Map.of("general.name", "Phi-3 mini")));
    assertArrayEquals(new int[] {FIRST, 259}, tokenizer.encode("<|user|> \n hello", false, true));
    assertArrayEquals(new int[] {FIRST + 1, ' ', 259}, tokenizer.encode("<s> hello", false, true));
  }

  @Test
  void jinaMaskSwallowsTheSpaceBeforeIt() {
    Tokenizer tokenizer =
        Tokenizer.from(
            TinyVocabularies.bpe(List.of(control("<mask>")), Map.of("pre", "jina-v2-code")));
    assertArrayEquals(new int[] {259, FIRST}, tokenizer.encode("hello  <mask>", false, true));
  }

  @Test
  void beginningAndEndAsTheFileWants() {
    Tokenizer tokenizer =
        Tokenizer.from(
            TinyVocabularies.bpe(
                List.of(control("<s>"), control("</s>")),
                Map.of(
                    "bos_token_id",
                    FIRST,
                    "eos_token_id",
                    FIRST + 1,
                    "add_bos_token",
                    true,
                    "add_eos_token",
                    true)));
    assertArrayEquals(new int[] {FIRST, 259, FIRST + 1}, tokenizer.encode("hello", true, false));
    assertArrayEquals(new int[] {259}, tokenizer.encode("hello", false, false));
  }

  @Test
  void controlTokensStandInTrustedTextOnly() {
    Tokenizer tokenizer = bpe(control("<|end|>"), userDefined("[x]"), control("<|start|>"));
    byte[] text = "<|end|>[x]<|end|>hello<|start|>".getBytes(StandardCharsets.UTF_8);
    int[] ids = tokenizer.encode(text, false, (from, to) -> from >= 7);
    assertArrayEquals(
        new int[] {FIRST + 1, FIRST, 259, FIRST + 2},
        Arrays.copyOfRange(ids, ids.length - 4, ids.length));
    assertEquals("<|end|>", text(tokenizer, Arrays.copyOf(ids, ids.length - 4)));
    assertEquals(7, ids.length - 4, "bytes");
    int[] none = tokenizer.encode(text, false, Trust.NONE);
    assertEquals(1, Arrays.stream(none).filter(id -> id >= FIRST).count(), "[x] alone");
    int[] partly = tokenizer.encode(text, false, (from, to) -> from >= 1);
    assertEquals(FIRST + 1, partly[7], "a token that is trusted in part is none");
  }

  @Test
  void endOfGenerationByKeyRoleAndText() {
    Vocab vocab =
        bpe(
                Token.of("<|im_end|>", TokenType.NORMAL),
                control("<|fim_pad|>"),
                control("<|im_start|>"),
                control("<|end|>"),
                control("<|return|>"),
                control("<|call|>"),
                control("<|channel|>"))
            .vocab();
    assertTrue(vocab.isEog(FIRST), "by its text");
    assertEquals(TokenType.CONTROL, vocab.type(FIRST), "made a control token");
    assertTrue(vocab.isEog(FIRST + 1), "by its role");
    assertFalse(vocab.isEog(FIRST + 2));
    assertFalse(vocab.isEog(FIRST + 3), "gpt-oss: <|end|> ends a message, not a turn");
    assertTrue(vocab.isEog(FIRST + 4));
    assertEquals(TokenType.USER_DEFINED, vocab.type(FIRST + 6), "stays visible");
    assertTrue(vocab.needsTrust(FIRST + 6), "but is no text of a user's");
  }

  @Test
  void sentencePieceMergesByScoreAndFallsBackToBytes() {
    Tokenizer tokenizer = Tokenizer.from(TinyVocabularies.spm(Map.of()));
    int hi = 260;
    assertArrayEquals(new int[] {1, hi}, tokenizer.encode("hi", true, false));
    int[] ids = tokenizer.encode("hi é", false, false);
    assertArrayEquals(new int[] {hi, 262, 3 + 0xc3, 3 + 0xa9}, ids);
    assertEquals("hi é", text(tokenizer, ids));
    assertArrayEquals(
        new int[] {hi, 265, hi}, tokenizer.encode("hi<|tag|>hi", false, false), "▁ after a tag");
    Tokenizer bare = Tokenizer.from(TinyVocabularies.spm(Map.of("add_space_prefix", false)));
    assertArrayEquals(new int[] {261}, bare.encode("hi", false, false));
  }

  @Test
  void wordPieceLowersStripsAndGivesUpOnWholeWords() {
    Tokenizer tokenizer = Tokenizer.from(TinyVocabularies.wpm());
    assertArrayEquals(
        new int[] {2, 4, 5, 6, 1, 8, 7, 3}, tokenizer.encode("Café PLAYing playx 中.", true, false));
    assertEquals(
        "cafe playing.",
        new String(
            tokenizer.detokenize(new int[] {2, 4, 5, 6, 7, 3}, false), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "llama-bpe", "qwen2", "tekken", "deepseek-v3", "kimi-k2"})
  void anyBytesComeBack(String pre) {
    Tokenizer tokenizer = Tokenizer.from(TinyVocabularies.pairs(pre));
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      assertArrayEquals(bytes, tokenizer.decode(tokenizer.encode(bytes, false, false), true), pre);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-bpe", "qwen2", "llama-spm", "gpt-2", "phi-3"})
  void realVocabulariesGiveTheTextBack(String name) throws IOException {
    Tokenizer tokenizer = real(name);
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder("x");
      for (int i = random.nextInt(60); i > 0; i--) {
        int point = random.nextInt(random.nextBoolean() ? 0x80 : 0x20000);
        if (point != '▁' && Character.getType(point) != Character.SURROGATE) {
          text.appendCodePoint(point);
        }
      }
      int[] ids = tokenizer.encode(text.toString(), false, false);
      assertEquals(text.toString(), text(tokenizer, ids), name);
      assertEquals(text.toString(), stream(tokenizer, ids), name);
    }
  }

  private static Tokenizer real(String name) throws IOException {
    return Tokenizer.from(
        GgufFile.readMetadata(Shared.path("golden/tokenizers/ggml-vocab-" + name + ".gguf")));
  }

  private static String stream(Tokenizer tokenizer, int[] ids) {
    StreamingDecoder decoder = new StreamingDecoder(tokenizer, true);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(decoder.accept(id));
    }
    String all = text.append(decoder.flush()).toString();
    return tokenizer.addsSpacePrefix() ? all.substring(1) : all;
  }

  @Test
  void aStreamHoldsWholeCharactersOnly() {
    Tokenizer tokenizer = bpe();
    StreamingDecoder decoder = new StreamingDecoder(tokenizer, false);
    for (String character : List.of("😀", "Я", "日", "a")) {
      int[] ids = tokenizer.encode(character, false, false);
      for (int i = 0; i + 1 < ids.length; i++) {
        assertEquals("", decoder.accept(ids[i]), "not yet whole");
      }
      assertEquals(character, decoder.accept(ids[ids.length - 1]));
    }
    int[] emoji = tokenizer.encode("😀", false, false);
    assertEquals("", decoder.accept(emoji[0]));
    assertEquals("\uFFFDa", decoder.accept('a' - 33 + ids(tokenizer, "!")[0]), "cut short");
    assertEquals("", decoder.accept(emoji[0]));
    assertEquals("\uFFFD", decoder.flush());
    assertEquals("", decoder.flush());
  }

  @Test
  void spacesBeforePunctuationAreCleanedOnlyForReading() {
    Tokenizer tokenizer = bpe();
    int[] ids = tokenizer.encode("a . b ' c 's , 're 'll", false, false);
    assertEquals("a . b ' c 's , 're 'll", text(tokenizer, ids));
    assertEquals(
        "a. b'c's,'re 'll", new String(tokenizer.detokenize(ids, true), StandardCharsets.UTF_8));
  }

  @Test
  void manyThreadsOneTokenizer() throws InterruptedException {
    Tokenizer tokenizer = Tokenizer.from(TinyVocabularies.pairs("llama-bpe"));
    String[] texts =
        IntStream.range(0, 400).mapToObj(i -> "word" + i + " and " + i * i).toArray(String[]::new);
    int[][] expected = Arrays.stream(texts).map(t -> ids(tokenizer, t)).toArray(int[][]::new);
    boolean[] equal = new boolean[4];
    Thread[] threads = new Thread[equal.length];
    for (int t = 0; t < threads.length; t++) {
      int own = t;
      threads[t] =
          new Thread(
              () ->
                  equal[own] =
                      IntStream.range(0, 8 * texts.length)
                          .map(i -> i * (own + 1) % texts.length)
                          .allMatch(i -> Arrays.equals(expected[i], ids(tokenizer, texts[i]))));
      threads[t].start();
    }
    for (int t = 0; t < threads.length; t++) {
      threads[t].join();
      assertTrue(equal[t]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-bpe", "gpt-2", "gpt-4o", "exaone-moe"})
  void aMillionLettersInTimeThatGrowsLinearly(String pre) {
    Tokenizer tokenizer = Tokenizer.from(TinyVocabularies.pairs(pre));
    for (String unit : List.of("a", "a ", " ", "\n", "1", "!", "'s")) {
      time(tokenizer, unit.repeat(100_000 / unit.length()));
      double half = time(tokenizer, unit.repeat(500_000 / unit.length()));
      double whole = time(tokenizer, unit.repeat(1_000_000 / unit.length()));
      assertTrue(
          whole < 3 * half + 0.5, pre + " '" + unit + "': " + half + " s, then " + whole + " s");
    }
  }

  @Test
  void aMillionLettersOfSentencePiece() {
    Tokenizer tokenizer = Tokenizer.from(TinyVocabularies.spm(Map.of()));
    for (String unit : List.of("hi", " ", "é", "hi ")) {
      time(tokenizer, unit.repeat(100_000 / unit.length()));
      double half = time(tokenizer, unit.repeat(500_000 / unit.length()));
      double whole = time(tokenizer, unit.repeat(1_000_000 / unit.length()));
      assertTrue(whole < 3 * half + 0.5, "'" + unit + "': " + half + " s, then " + whole + " s");
    }
  }

  @Test
  void runsOfOverlappingSpecialTokens() {
    Token[] spaces =
        IntStream.rangeClosed(2, 31)
            .mapToObj(n -> userDefined(" ".repeat(n)))
            .toArray(Token[]::new);
    Tokenizer tokenizer = bpe(spaces);
    int[] ids = tokenizer.encode(" ".repeat(31 * 30_000 + 5), false, false);
    assertEquals(30_001, ids.length);
    assertEquals(FIRST + 29, ids[0]);
    assertEquals(FIRST + 3, ids[30_000]);
  }

  @Test
  void twoMegabytesOfProse() throws IOException {
    byte[] bytes = java.nio.file.Files.readAllBytes(Shared.path("data/wikitext-2-test.txt"));
    String prose = new String(bytes, StandardCharsets.UTF_8).repeat(2);
    Tokenizer tokenizer = real("llama-bpe");
    String half = prose.substring(0, 1_000_000);
    String whole = prose.substring(0, 2_000_000);
    time(tokenizer, half);
    double one = time(tokenizer, half);
    double two = time(tokenizer, whole);
    assertTrue(two < 3 * one + 0.5, one + " s, then " + two + " s");
    assertEquals(whole, text(tokenizer, tokenizer.encode(whole, false, false)));
  }

  /** Seconds, the better of two. */
  private static double time(Tokenizer tokenizer, String text) {
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 2; i++) {
      long start = System.nanoTime();
      int[] ids = tokenizer.encode(text, false, false);
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
      assertTrue(ids.length > 0);
    }
    return best;
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "no_vocab", "t6"})
  void unknownKindsAreNamed(String model) {
    GgufMetadata metadata = TinyVocabularies.metadata(model, TinyVocabularies.bytes(), Map.of());
    assertFault(metadata, model, "tokenizer.ggml.model");
  }

  @Test
  void faultsNameTheKey() {
    assertFault(TinyVocabularies.pairs("no-such-pre"), "no-such-pre", "tokenizer.ggml.pre");
    assertFault(
        TinyVocabularies.bpe(List.of(), Map.of("merges", List.of("nospace"))),
        "nospace",
        "merges[0]");
    assertFault(
        TinyVocabularies.bpe(List.of(), Map.of("eos_token_id", 9999)), "9999", "eos_token_id");
    assertFault(
        TinyVocabularies.metadata("gpt2", TinyVocabularies.bytes(), Map.of("pre", "gpt-2")),
        "no such key",
        "merges");
    List<Token> bad = List.of(Token.of("<0x-1>", TokenType.BYTE));
    assertFault(TinyVocabularies.metadata("llama", bad, Map.of()), "<0x-1>", "tokens[0]");
    assertFault(TinyVocabularies.metadata("llama", List.of(), Map.of()), "none", "tokens");
  }

  private static void assertFault(GgufMetadata metadata, String... parts) {
    String message = assertThrows(GgufException.class, () -> Tokenizer.from(metadata)).getMessage();
    for (String part : parts) {
      String wanted = part.replace("'", "");
      assertTrue(message.contains(wanted), wanted + " in: " + message);
    }
  }

  @Test
  void bytesWithoutATokenBecomeTheReplacementCharacter() {
    // As in vocabularies learned from UTF-8, where 0xff never occurs; here the token is renamed.
    List<Token> tokens = new ArrayList<>(TinyVocabularies.bytes());
    tokens.set(0xff, Token.of("<|end|>", TokenType.CONTROL));
    Map<String, Object> keys =
        Map.of("pre", "gpt-2", "merges", List.of("h e"), "unknown_token_id", 0xff);
    tokens.add(Token.of("he", TokenType.NORMAL));
    Tokenizer tokenizer = Tokenizer.from(TinyVocabularies.metadata("gpt2", tokens, keys));
    int[] ids = tokenizer.encode(new byte[] {'a', (byte) 0xff, 'b'}, false, true);
    assertArrayEquals(new int[] {'a', 0xef, 0xbf, 0xbd, 'b'}, ids);
  }

  @Test
  void aMissingPreTokenizerIsTold() {
    GgufMetadata metadata =
        TinyVocabularies.metadata(
            "gpt2", TinyVocabularies.bytes(), Map.of("merges", List.of("h e")));
    assertTrue(Tokenizer.from(metadata).warning().orElseThrow().contains("tokenizer.ggml.pre"));
    assertTrue(bpe().warning().isEmpty());
  }

  @Test
  void gemma4MergesTextWithSpacesAndWholeLineEnds() {
    List<Token> tokens =
        List.of(
            Token.of("▁", TokenType.NORMAL),
            Token.of("h", TokenType.NORMAL),
            Token.of("i", TokenType.NORMAL),
            Token.of("hi", TokenType.NORMAL),
            Token.of("▁hi", TokenType.NORMAL),
            Token.of("\n\n", TokenType.NORMAL),
            Token.of("<0xC3>", TokenType.BYTE),
            Token.of("<0xA9>", TokenType.BYTE),
            control("<bos>"));
    Tokenizer tokenizer =
        Tokenizer.from(
            TinyVocabularies.metadata(
                "gemma4", tokens, Map.of("merges", List.of("h i", "▁ hi"), "bos_token_id", 8)));
    assertArrayEquals(
        new int[] {8, 3, 4, 5, 4, 6, 7}, tokenizer.encode("hi hi\n\n▁hié", true, false));
  }
}
