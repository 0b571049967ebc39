package dev.jora.tokenizer;

import dev.jora.gguf.FileKind;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.Utf8;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/** Text to token ids and back. Immutable; any number of threads may use it. */
public sealed interface Tokenizer
    permits BpeTokenizer, SpmTokenizer, WpmTokenizer, UgmTokenizer, RwkvTokenizer, Plamo2Tokenizer {
  /**
   * The tokenizer that the metadata of a file describe.
   *
   * @throws dev.jora.gguf.GgufException for a kind that is not supported, or faulty keys
   */
  static Tokenizer from(GgufMetadata metadata) {
    FileKind.requireModel(metadata);
    String model = metadata.string("tokenizer.ggml.model");
    return switch (model) {
      case "llama" -> new SpmTokenizer(metadata);
      case "gpt2", "whitespace", "hybriddna", "gemma4" -> new BpeTokenizer(metadata);
      case "bert" -> new WpmTokenizer(metadata);
      case "t5" -> new UgmTokenizer(metadata);
      case "rwkv" -> new RwkvTokenizer(metadata);
      case "plamo2" -> new Plamo2Tokenizer(metadata);
      default ->
          throw metadata.fault(
              "tokenizer.ggml.model",
              "llama (SPM), gpt2, whitespace, hybriddna or gemma4 (BPE), bert (WPM), t5 (UGM),"
                  + " rwkv, or plamo2: others are not yet supported",
              model);
    };
  }

  /** Its tokens. */
  Vocab vocab();

  /**
   * The ids of UTF-8 text; bytes that are not UTF-8 are kept.
   *
   * @param addSpecial true: the tokens that begin and end a text are added where the model wants
   *     them
   * @param trust where texts of control tokens become these tokens
   */
  int[] encode(byte[] text, boolean addSpecial, Trust trust);

  /**
   * The ids of UTF-8 text; see {@link #encode(byte[], boolean, Trust)}.
   *
   * @param parseSpecial true: texts of control tokens become these tokens, wherever they stand
   */
  default int[] encode(byte[] text, boolean addSpecial, boolean parseSpecial) {
    return encode(text, addSpecial, parseSpecial ? Trust.ALL : Trust.NONE);
  }

  /** The ids of a text; see {@link #encode(byte[], boolean, boolean)}. */
  default int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
    return encode(Utf8.encode(text), addSpecial, parseSpecial);
  }

  /**
   * What a token adds to a text.
   *
   * @param special true: control tokens show their text, else they add nothing
   */
  byte[] piece(int id, boolean special);

  /** True if the first space of a text is the tokenizer's, not the writer's. */
  boolean addsSpacePrefix();

  /** True if {@link #detokenize} removes spaces before punctuation. */
  default boolean cleansSpaces() {
    return false;
  }

  /** True if the model wants a token at the beginning of a text. */
  boolean addsBos();

  /** True if the model wants a token at the end of a text. */
  default boolean addsEos() {
    return vocab().flag("add_eos_token", false);
  }

  /** True if the model wants {@link Vocab#separator} between two texts. */
  default boolean addsSeparator() {
    return vocab().flag("add_sep_token", false);
  }

  /** What is wrong with the file but can be lived with: to be told once. */
  default Optional<String> warning() {
    return Optional.empty();
  }

  /** The bytes of ids one after the other, without the space that the tokenizer put before them. */
  default byte[] decode(int[] ids, boolean special) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean start = addsSpacePrefix();
    for (int id : ids) {
      byte[] piece = piece(id, special);
      boolean control = vocab().isHidden(id);
      int from = start && !control && piece.length > 0 && piece[0] == ' ' ? 1 : 0;
      out.write(piece, from, piece.length - from);
      start = start && control;
    }
    return out.toByteArray();
  }

  /**
   * The text of ids for reading, as llama.cpp's {@code llama_detokenize} gives it: {@link #decode},
   * and no spaces before punctuation where the vocabulary has them cleaned, so the text of such a
   * vocabulary may differ from what was encoded.
   */
  default byte[] detokenize(int[] ids, boolean special) {
    byte[] text = decode(ids, special);
    return cleansSpaces() ? SpaceCleaner.clean(text) : text;
  }
}
