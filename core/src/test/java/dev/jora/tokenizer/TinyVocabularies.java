package dev.jora.tokenizer;

import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Vocabularies made in the test, for those that must run without any file. */
final class TinyVocabularies {
  private TinyVocabularies() {}

  /** A token of a tiny vocabulary. */
  record Token(String text, float score, TokenType type) {
    static Token of(String text, TokenType type) {
      return new Token(text, 0, type);
    }
  }

  /**
   * Metadata with these tokens and further keys: strings, ints, bools, bytes or lists of strings.
   */
  static GgufMetadata metadata(String model, List<Token> tokens, Map<String, Object> more) {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    put(values, "model", model);
    put(values, "tokens", tokens.stream().map(Token::text).toList());
    float[] scores = new float[tokens.size()];
    long[] types = new long[tokens.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = tokens.get(i).score();
      types[i] = tokens.get(i).type().ordinal() + 1;
    }
    values.put("tokenizer.ggml.scores", new GgufValue.F32s(scores));
    values.put("tokenizer.ggml.token_type", new GgufValue.Ints(GgufType.INT32, types));
    more.forEach((key, value) -> put(values, key, value));
    return new GgufMetadata(Path.of("tiny.gguf"), values);
  }

  private static void put(Map<String, GgufValue> values, String key, Object value) {
    String full = key.contains(".") ? key : "tokenizer.ggml." + key;
    values.put(
        full,
        switch (value) {
          case String s -> new GgufValue.Str(s);
          case Integer i -> new GgufValue.Int(GgufType.UINT32, i);
          case Boolean b -> new GgufValue.Bool(b);
          case byte[] b -> {
            long[] bytes = new long[b.length];
            Arrays.setAll(bytes, i -> b[i] & 0xff);
            yield new GgufValue.Ints(GgufType.UINT8, bytes);
          }
          case List<?> list -> new GgufValue.Strs(list.stream().map(String.class::cast).toList());
          default -> throw new IllegalArgumentException(key);
        });
  }

  /** The 256 bytes as GPT-2 letters: what every byte-pair vocabulary begins with here. */
  static List<Token> bytes() {
    List<Token> tokens = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      tokens.add(Token.of(String.valueOf(ByteLetters.letter(b)), TokenType.NORMAL));
    }
    return tokens;
  }

  /**
   * Byte pairs of which every two bytes merge, in scrambled order: ids tell where words were cut.
   * The token of bytes a, b is 256 + 256 a + b.
   */
  static GgufMetadata pairs(String pre) {
    List<Token> tokens = bytes();
    List<String> merges = new ArrayList<>();
    for (int pair = 0; pair < 65536; pair++) {
      String text = "" + ByteLetters.letter(pair >> 8) + ByteLetters.letter(pair & 0xff);
      tokens.add(Token.of(text, TokenType.NORMAL));
      int scrambled = pair * 40503 & 0xffff;
      merges.add(ByteLetters.letter(scrambled >> 8) + " " + ByteLetters.letter(scrambled & 0xff));
    }
    return metadata(
        "gpt2", tokens, Map.of("pre", pre, "merges", merges, "bos_token_id", 0, "eos_token_id", 1));
  }

  /** Bytes, "he", "ll", "hell", "hello", then these special tokens from id 260. */
  static GgufMetadata bpe(List<Token> special, Map<String, Object> more) {
    List<Token> tokens = bytes();
    for (String text : List.of("he", "ll", "hell", "hello")) {
      tokens.add(Token.of(text, TokenType.NORMAL));
    }
    tokens.addAll(special);
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("pre", "gpt-2");
    keys.put("merges", List.of("h e", "l l", "he ll", "hell o"));
    keys.putAll(more);
    return metadata("gpt2", tokens, keys);
  }

  /** SentencePiece: unknown, begin, end, 256 bytes, then words with ▁. */
  static GgufMetadata spm(Map<String, Object> more) {
    List<Token> tokens = new ArrayList<>();
    tokens.add(Token.of("<unk>", TokenType.UNKNOWN));
    tokens.add(Token.of("<s>", TokenType.CONTROL));
    tokens.add(Token.of("</s>", TokenType.CONTROL));
    for (int b = 0; b < 256; b++) {
      tokens.add(Token.of("<0x%02X>".formatted(b), TokenType.BYTE));
    }
    float score = -1;
    for (String text : List.of("▁h", "▁hi", "hi", "▁", "h", "i", "<|tag|>", "▁x")) {
      TokenType type = text.startsWith("<") ? TokenType.USER_DEFINED : TokenType.NORMAL;
      tokens.add(new Token(text, score--, type));
    }
    return metadata("llama", tokens, more);
  }

  /** WordPiece with a few English words. */
  static GgufMetadata wpm() {
    List<Token> tokens = new ArrayList<>();
    for (String text : List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]")) {
      tokens.add(Token.of(text, TokenType.CONTROL));
    }
    for (String text : List.of("▁cafe", "▁play", "ing", "▁.", "▁中")) {
      tokens.add(Token.of(text, TokenType.NORMAL));
    }
    return metadata(
        "bert", tokens, Map.of("bos_token_id", 2, "seperator_token_id", 3, "unknown_token_id", 1));
  }
}
