package dev.jora.tokenizer;

import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.Utf8;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The tokens of a model: texts, scores, types, and those with a meaning of their own. Ids run from 0
 * to {@link #size} − 1; an id of −1 stands for a token the vocabulary lacks.
 */
public final class Vocab {
  private static final String KEY = "tokenizer.ggml.";

  /** Tokens that end a text whatever the keys of the file say (llama.cpp's list). */
  private static final Set<String> EOG_TEXTS =
      Set.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<|return|>",
          "<|call|>",
          "<|flush|>",
          "<|calls|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "</s>",
          "<|eom_id|>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "[EOS]",
          "<|end_of_text|>",
          "<end_of_utterance>",
          "<eos>",
          "<turn|>",
          "<|tool_response>",
          "<｜end▁of▁sentence｜>",
          "[e~[");

  private final GgufMetadata metadata;
  private final List<String> texts;
  private final float[] scores;
  private final TokenType[] types;
  private final boolean[] eog;
  private final int bos;
  private final int eos;
  private final int unknown;
  private final int separator;

  /** Defaults of special ids, which differ by tokenizer. */
  record Defaults(int bos, int eos, int unknown, int separator) {}

  Vocab(GgufMetadata metadata, Defaults defaults) {
    this.metadata = metadata;
    this.texts = metadata.strings(KEY + "tokens");
    int n = texts.size();
    if (n == 0) {
      throw metadata.fault(KEY + "tokens", "at least one token", "none");
    }
    this.scores = metadata.contains(KEY + "scores") ? metadata.floats(KEY + "scores") : new float[n];
    requireLength("scores", scores.length);
    this.types = readTypes(n);
    this.bos = special("bos", defaults.bos());
    this.eos = special("eos", defaults.eos());
    this.unknown = special("unknown", defaults.unknown());
    this.separator = special("seperator", defaults.separator()); // the keys spell it so
    this.eog = new boolean[n];
    markEog();
  }

  private TokenType[] readTypes(int n) {
    TokenType[] result = new TokenType[n];
    int[] numbers =
        metadata.contains(KEY + "token_type") ? metadata.integers(KEY + "token_type") : new int[n];
    requireLength("token_type", numbers.length);
    TokenType[] known = TokenType.values();
    for (int id = 0; id < n; id++) {
      int number = numbers[id];
      if (number < 0 || number > known.length) {
        throw metadata.fault(KEY + "token_type[" + id + "]", "a type from 0 to 6", "" + number);
      }
      result[id] = number == 0 ? TokenType.NORMAL : known[number - 1];
    }
    return result;
  }

  private void requireLength(String key, int length) {
    if (length < texts.size()) {
      throw metadata.fault(
          KEY + key, "one value for each of " + texts.size() + " tokens", length + " values");
    }
  }

  private int special(String name, int fallback) {
    String key = KEY + name + "_token_id";
    if (!metadata.contains(key)) {
      return fallback < texts.size() ? fallback : -1;
    }
    int id = metadata.integer(key);
    if (id < -1 || id >= texts.size()) {
      throw metadata.fault(key, "a token id below " + texts.size(), "" + id);
    }
    return id;
  }

  private void markEog() {
    for (String name : List.of("eos", "eot", "eom", "fim_pad", "fim_rep", "fim_sep")) {
      int id = name.equals("eos") ? eos : special(name, -1);
      if (id >= 0) {
        eog[id] = true;
      }
    }
    boolean harmony = texts.contains("<|return|>") && texts.contains("<|call|>");
    boolean gemma4 = metadata.string(KEY + "model", "").equals("gemma4");
    for (int id = 0; id < texts.size(); id++) {
      String text = texts.get(id);
      boolean excepted = harmony && text.equals("<|end|>") || gemma4 && text.equals("</s>");
      if (EOG_TEXTS.contains(text) && !excepted) {
        eog[id] = true;
        if (types[id] == TokenType.NORMAL) {
          types[id] = TokenType.CONTROL;
        }
      } else if (excepted) {
        eog[id] = false;
      }
      if (harmony && HARMONY_TEXTS.contains(text)) {
        types[id] = TokenType.USER_DEFINED;
      }
    }
  }

  /** Parts of a gpt-oss conversation that must stay visible. */
  private static final Set<String> HARMONY_TEXTS =
      Set.of("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>");

  /** Number of tokens. */
  public int size() {
    return texts.size();
  }

  /** The text of a token as the file has it. */
  public String text(int id) {
    return texts.get(id);
  }

  /** The text as bytes. */
  byte[] bytes(int id) {
    return Utf8.encode(texts.get(id));
  }

  /** The score of a token: its log-probability in SentencePiece vocabularies. */
  public float score(int id) {
    return scores[id];
  }

  /** The type of a token. */
  public TokenType type(int id) {
    return types[id];
  }

  /** The token that begins a text, or −1. */
  public int bos() {
    return bos;
  }

  /** The token that ends a text, or −1. */
  public int eos() {
    return eos;
  }

  /** The token for what no other says, or −1. */
  public int unknown() {
    return unknown;
  }

  /** The token between two texts, or −1. */
  public int separator() {
    return separator;
  }

  /** True if the token ends a text or a turn. */
  public boolean isEog(int id) {
    return eog[id];
  }

  /** True if the token is hidden from the text unless somebody asks for special tokens. */
  public boolean isHidden(int id) {
    return types[id] == TokenType.CONTROL || types[id] == TokenType.UNKNOWN;
  }

  /** A bool key {@code tokenizer.ggml.*}. */
  boolean flag(String key, boolean fallback) {
    return metadata.bool(KEY + key, fallback);
  }

  GgufMetadata metadata() {
    return metadata;
  }

  /** {@code general.name} in lower case. */
  String modelName() {
    return metadata.string("general.name", "").toLowerCase(Locale.ROOT);
  }
}
