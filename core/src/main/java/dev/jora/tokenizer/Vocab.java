package dev.jora.tokenizer;

import dev.jora.gguf.ByteStrings;
import dev.jora.gguf.GgufMetadata;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The tokens of a model: texts, scores, types, and those with a meaning of their own. Ids run from
 * 0 to {@link #size} − 1; an id of −1 stands for a token the vocabulary lacks.
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
  private final ByteStrings texts;
  private final ByteTable byText;
  private final float[] scores;
  private final TokenType[] types;
  private final boolean[] eog;

  /** Control tokens that are treated as USER_DEFINED, so that they show. */
  private final BitSet shown = new BitSet();

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
    this.byText = new ByteTable(texts);
    this.scores =
        metadata.contains(KEY + "scores") ? metadata.floats(KEY + "scores") : new float[n];
    requireLength("scores", scores.length);
    this.types = readTypes(n);
    this.bos = special("bos", defaults.bos());
    this.eos = special("eos", defaults.eos());
    this.unknown = special("unknown", defaults.unknown());
    this.separator = special("seperator", defaults.separator()); // the keys spell it so
    this.eog = new boolean[n];
    markEog();
  }

  /** Refuses a vocabulary that needs scores and lacks them, or has some that are no numbers. */
  void requireScores() {
    if (!metadata.contains(KEY + "scores")) {
      throw metadata.fault(KEY + "scores", "a score for each token", "no such key");
    }
    for (int id = 0; id < texts.size(); id++) {
      if (!Float.isFinite(scores[id])) {
        throw metadata.fault(KEY + "scores[" + id + "]", "a number", "" + scores[id]);
      }
    }
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

  /**
   * Marks the tokens that end a text: by the keys, by the roles that texts give away where the keys
   * are silent, and by their texts alone; then takes back what llama.cpp takes back.
   */
  private void markEog() {
    for (Role role : ROLES) {
      int id = special(role.key(), -1);
      if (id < 0) {
        id = firstOf(role.texts());
        if (id >= 0) {
          types[id] = TokenType.CONTROL;
        }
      }
      if (id >= 0 && role.isEog()) {
        eog[id] = true;
      }
    }
    for (String text : EOG_TEXTS) {
      int id = find(text);
      if (id >= 0) {
        eog[id] = true;
        types[id] = TokenType.CONTROL;
      }
    }
    if (eos >= 0) {
      eog[eos] = true;
    }
    for (String text : HARMONY_TEXTS) {
      retype(text, TokenType.USER_DEFINED);
    }
    boolean call = isEogText("<|call|>") || isEogText("<|calls|>");
    if (call && (isEogText("<|return|>") || isEogText("<|flush|>"))) {
      retype("<|end|>", TokenType.USER_DEFINED);
    }
    if (isEogText("<|tool_response>")) {
      retype("</s>", TokenType.NORMAL);
    }
  }

  private int firstOf(List<String> candidates) {
    for (String text : candidates) {
      int id = find(text);
      if (id >= 0) {
        return id;
      }
    }
    return -1;
  }

  /** The first token of this text, or −1. */
  public int find(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return find(bytes, 0, bytes.length);
  }

  private boolean isEogText(String text) {
    int id = find(text);
    return id >= 0 && eog[id];
  }

  /** Gives a token another type; it does not end a text then. */
  private void retype(String text, TokenType type) {
    int id = find(text);
    if (id >= 0) {
      shown.set(id, isHidden(id) && type == TokenType.USER_DEFINED);
      eog[id] = false;
      types[id] = type;
    }
  }

  /** A token with a key of its own, and the texts that give it away where the key is absent. */
  private record Role(String key, boolean isEog, List<String> texts) {}

  private static final List<Role> ROLES =
      List.of(
          new Role(
              "eot",
              true,
              List.of(
                  "<|eot_id|>",
                  "<|im_end|>",
                  "<|end|>",
                  "<end_of_turn>",
                  "<|endoftext|>",
                  "<|end_of_text|>",
                  "<EOT>",
                  "_<EOT>",
                  "[EOT]",
                  "<｜end▁of▁sentence｜>",
                  "<end_of_utterance>")),
          new Role("eom", true, List.of("<|eom_id|>")),
          new Role(
              "fim_pre",
              false,
              List.of(
                  "<|fim_prefix|>",
                  "<fim-prefix>",
                  "<fim_prefix>",
                  "<｜fim▁begin｜>",
                  "<PRE>",
                  "▁<PRE>",
                  "<|code_prefix|>",
                  "<|prefix|>")),
          new Role(
              "fim_suf",
              false,
              List.of(
                  "<|fim_suffix|>",
                  "<fim-suffix>",
                  "<fim_suffix>",
                  "<｜fim▁hole｜>",
                  "<SUF>",
                  "▁<SUF>",
                  "<|code_suffix|>",
                  "<|suffix|>")),
          new Role(
              "fim_mid",
              false,
              List.of(
                  "<|fim_middle|>",
                  "<fim-middle>",
                  "<fim_middle>",
                  "<｜fim▁end｜>",
                  "<MID>",
                  "▁<MID>",
                  "<|code_middle|>",
                  "<|middle|>")),
          new Role(
              "fim_pad", true, List.of("<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]")),
          new Role(
              "fim_rep",
              true,
              List.of("<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>")),
          new Role("fim_sep", true, List.of("<|file_sep|>")));

  /** Parts of a gpt-oss conversation that must stay visible. */
  private static final List<String> HARMONY_TEXTS =
      List.of("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>");

  /**
   * Number of tokens. A model may have more rows: their ids are asked for like those of tokens, and
   * are unused ones without text.
   */
  public int size() {
    return texts.size();
  }

  /** The text of a token as the file has it. */
  public String text(int id) {
    return id < texts.size() ? texts.get(id) : "";
  }

  /** The text as bytes. */
  byte[] bytes(int id) {
    return texts.bytes(id);
  }

  /** The texts of all tokens. */
  ByteStrings texts() {
    return texts;
  }

  /** The first token whose text is bytes[from, to), or −1. */
  int find(byte[] bytes, int from, int to) {
    return byText.get(bytes, from, to);
  }

  /** For each byte the token {@code <0xNN>} of type BYTE, or −1. */
  int[] byteTokens() {
    int[] tokens = new int[256];
    Arrays.fill(tokens, -1);
    for (int id = 0; id < types.length; id++) {
      if (types[id] == TokenType.BYTE) {
        tokens[hexByte(id)] = id;
      }
    }
    return tokens;
  }

  /** The byte of a token {@code <0xNN>}. */
  int hexByte(int id) {
    String text = text(id);
    if (text.length() == 6
        && text.startsWith("<0x")
        && HexFormat.isHexDigit(text.charAt(3))
        && HexFormat.isHexDigit(text.charAt(4))
        && text.endsWith(">")) {
      return HexFormat.fromHexDigits(text, 3, 5);
    }
    throw metadata.fault(KEY + "tokens[" + id + "]", "a byte token <0xNN>", "'" + text + "'");
  }

  /** The score of a token: its log-probability in SentencePiece vocabularies. */
  public float score(int id) {
    return id < scores.length ? scores[id] : 0;
  }

  /** The type of a token. */
  public TokenType type(int id) {
    return id < types.length ? types[id] : TokenType.UNUSED;
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
    return id < eog.length && eog[id];
  }

  /** Ids of hidden tokens, those that end a text aside, whose text is a part of one of these. */
  public BitSet hiddenPartsOf(List<String> texts) {
    BitSet parts = new BitSet();
    for (int id = 0; id < size(); id++) {
      if (isHidden(id) && !isEog(id)) {
        String part = text(id);
        parts.set(id, !part.isEmpty() && texts.stream().anyMatch(text -> text.contains(part)));
      }
    }
    return parts;
  }

  /** Ids of all hidden tokens. */
  public BitSet hidden() {
    BitSet hidden = new BitSet();
    for (int id = 0; id < size(); id++) {
      hidden.set(id, isHidden(id));
    }
    return hidden;
  }

  /** True if the token is hidden from the text unless somebody asks for special tokens. */
  public boolean isHidden(int id) {
    return type(id) == TokenType.CONTROL || type(id) == TokenType.UNKNOWN;
  }

  /**
   * True if the token has a meaning that only a trusted text may give: a control token, also one
   * that shows.
   */
  public boolean needsTrust(int id) {
    return isHidden(id) || shown.get(id);
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
    return metadata.description("general.name").toLowerCase(Locale.ROOT);
  }
}
