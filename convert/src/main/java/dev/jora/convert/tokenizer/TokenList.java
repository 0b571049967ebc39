package dev.jora.convert.tokenizer;

import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.tokenizer.TokenType;
import java.util.Arrays;
import java.util.Map;

/** The tokens of a vocabulary by id. Ids without a token are unused ones, {@code [PADid]}. */
final class TokenList {
  /** How many ids without a token there may be: no file may ask for memory by a number. */
  private static final int MOST_HOLES = 1 << 20;

  private final String[] texts;
  private final float[] scores;
  private final TokenType[] types;

  private TokenList(int size) {
    this.texts = new String[size];
    this.scores = new float[size];
    this.types = new TokenType[size];
    Arrays.fill(scores, -10000);
    Arrays.fill(types, TokenType.UNUSED);
    for (int id = 0; id < size; id++) {
      texts[id] = "[PAD" + id + "]";
    }
  }

  /**
   * A list without tokens.
   *
   * @param known how many tokens it will have
   */
  static TokenList of(TokenizerFolder folder, long size, int known) {
    if (size <= 0) {
      throw folder.fault("expected tokens in the tokenizer's files, found none");
    }
    if (size - known > MOST_HOLES) {
      throw folder.fault(
          "expected a vocabulary of at most "
              + ((long) known + MOST_HOLES)
              + " ids for the "
              + known
              + " tokens of the tokenizer's files, found "
              + size);
    }
    return new TokenList((int) size);
  }

  int size() {
    return texts.length;
  }

  String text(int id) {
    return texts[id];
  }

  float score(int id) {
    return scores[id];
  }

  TokenType type(int id) {
    return types[id];
  }

  void set(int id, String text, float score, TokenType type) {
    texts[id] = text;
    scores[id] = score;
    types[id] = type;
  }

  /** Writes texts, scores if wanted, and types. */
  void put(Map<String, GgufValue> keys, boolean withScores) {
    keys.put("tokenizer.ggml.tokens", new GgufValue.Strs(Arrays.asList(texts)));
    if (withScores) {
      keys.put("tokenizer.ggml.scores", new GgufValue.F32s(scores));
    }
    long[] numbers = Arrays.stream(types).mapToLong(type -> type.ordinal() + 1).toArray();
    keys.put("tokenizer.ggml.token_type", new GgufValue.Ints(GgufType.INT32, numbers));
  }
}
