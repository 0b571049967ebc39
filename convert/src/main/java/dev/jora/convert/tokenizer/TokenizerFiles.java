package dev.jora.convert.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.convert.source.SourceException;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tokenizer of a Hugging Face folder as keys of a GGUF file, in the order of llama.cpp's
 * converter: one recipe for each kind.
 */
public final class TokenizerFiles {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final String SPACE_PREFIX = "add_space_prefix";
  private static final String JSON = "tokenizer.json";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String PIECES = "tokenizer.model";

  private static final int CODE_LLAMA = 32016;
  private static final int GRANITE = 49152;

  private final TokenizerFolder folder;
  private final TokenizerRequest request;
  private final Vocabularies vocabularies;
  private final LinkedHashMap<String, GgufValue> keys = new LinkedHashMap<>();

  private TokenizerFiles(Path folder, TokenizerRequest request) {
    this.folder = new TokenizerFolder(folder);
    this.request = request;
    this.vocabularies = new Vocabularies(this.folder, Math.max(0, request.vocabSize()));
  }

  /**
   * The keys {@code tokenizer.*} of a model, in their order.
   *
   * @throws UnknownPreTokenizerException if the request names no pre-tokenizer and none is
   *     recognised
   * @throws SourceException if files are missing or faulty, or make no tokenizer
   */
  public static LinkedHashMap<String, GgufValue> read(Path folder, TokenizerRequest request) {
    TokenizerFiles files = new TokenizerFiles(folder, request);
    files.write();
    files.check(folder);
    return files.keys;
  }

  private void write() {
    switch (request.kind()) {
      case LLAMA -> llama();
      case SENTENCE_PIECE -> sentencePiece();
      case BPE -> put(bpe());
      case BPE_OR_SENTENCE_PIECE -> {
        if (folder.has(JSON)) {
          put(bpe());
        } else {
          sentencePiece();
        }
      }
      case GEMMA -> {
        int size = sentencePiece();
        endOfTurn(107, size);
        flag(SPACE_PREFIX, false);
      }
      case GEMMA2 -> {
        sentencePiece();
        if (folder.has(PIECES)) {
          flag(SPACE_PREFIX, false);
        }
      }
      case GEMMA4 -> gemma4();
      case PHI2 -> {
        flag("add_bos_token", false);
        put(bpe());
      }
      case PHI3 -> phi3();
      case GLM4 -> {
        SpecialIds ids = bpe();
        set(ids, "eos", "<|endoftext|>");
        set(ids, "eot", "<|user|>");
        set(ids, "unk", "<|endoftext|>");
        set(ids, "bos", "<|endoftext|>");
        put(ids);
      }
      case GLM4_MOE -> {
        SpecialIds ids = bpe();
        set(ids, "bos", "[gMASK]");
        set(ids, "eot", "<|user|>");
        set(ids, "unk", "<|endoftext|>");
        set(ids, "eom", "<|observation|>");
        put(ids);
      }
      case NEMOTRON -> {
        sentencePiece();
        id("padding", 0);
        id("unknown", 1);
      }
      case ERNIE -> {
        sentencePiece();
        spacePrefix();
      }
      case HUNYUAN -> hunyuan();
      case BERT -> bert();
      case ENCODER -> encoder();
      case MODERN_BERT -> {
        flag("add_bos_token", true);
        flag("add_eos_token", true);
        flag("add_sep_token", true);
        put(bpe());
      }
      case EURO_BERT -> {
        flag("add_bos_token", false);
        put(bpe());
      }
      case T5 -> t5();
      case RWKV -> rwkv();
    }
  }

  private void llama() {
    spacePrefix();
    int size = sentencePiece();
    if (request.vocabSize() == CODE_LLAMA) {
      endOfTurn(32010, size);
    }
    if (request.vocabSize() == GRANITE) {
      flag("add_bos_token", false);
    }
  }

  /**
   * SentencePiece's model, else the same in tokenizer.json, else byte-level BPE.
   *
   * @return number of tokens
   */
  private int sentencePiece() {
    if (folder.has(PIECES)) {
      return scored("llama", vocabularies.sentencePiece(PIECES));
    }
    if (Vocabularies.isLlama(folder)) {
      boolean said = keys.containsKey(PREFIX + SPACE_PREFIX);
      int size = scored("llama", vocabularies.llama(BpeModel.bpe(folder)));
      if (!said && !Vocabularies.prefixesSpace(folder)) {
        flag(SPACE_PREFIX, false);
      }
      return size;
    }
    SpecialIds ids = bpe();
    put(ids);
    return ids.size();
  }

  private int scored(String model, TokenList tokens) {
    string("model", model);
    string("pre", "default");
    tokens.put(keys, true);
    put(ids(tokens));
    return tokens.size();
  }

  /** Byte-level BPE, up to its merges. */
  private SpecialIds bpe() {
    BpeModel model = BpeModel.bpe(folder);
    TokenList tokens = vocabularies.bpe(model);
    string("model", "gpt2");
    string("pre", request.pre().orElseGet(() -> PreTokenizerNames.of(folder, folder.object(JSON))));
    tokens.put(keys, false);
    merges(model);
    return ids(tokens);
  }

  private void merges(BpeModel model) {
    keys.put(PREFIX + "merges", new GgufValue.Strs(model.merges(folder)));
  }

  private void gemma4() {
    BpeModel model = BpeModel.bpe(folder);
    TokenList tokens = vocabularies.gemma4(model);
    string("model", "gemma4");
    tokens.put(keys, true);
    merges(model);
    put(ids(tokens));
    flag(SPACE_PREFIX, false);
    flag("add_bos_token", true);
  }

  private void phi3() {
    String type = folder.object(CONFIG).path("tokenizer_class").asText();
    if (type.equals("GPT2Tokenizer")) {
      put(bpe());
    } else if (folder.has(PIECES)) {
      scored("llama", vocabularies.phi3(PIECES));
    } else {
      sentencePiece();
    }
  }

  private void hunyuan() {
    put(bpe());
    JsonNode end = request.config().path("eod_token_id");
    if (end.isIntegralNumber() && end.canConvertToInt()) {
      idWithin("eos", end.intValue());
    }
    JsonNode ends = folder.object("generation_config.json").path("eos_token_id");
    if (ends.size() >= 2 && ends.path(0).isIntegralNumber() && ends.path(0).canConvertToInt()) {
      idWithin("eot", ends.path(0).intValue());
    }
  }

  private void bert() {
    BpeModel model = BpeModel.wordPiece(folder);
    TokenList tokens = vocabularies.wordPiece(model);
    string("model", "bert");
    string("pre", request.pre().orElse("bert-bge"));
    tokens.put(keys, false);
    SpecialIds ids = ids(tokens);
    if (!folder.has(JSON)) {
      ids.berts(model.ids());
    }
    put(ids);
    Normalizers.putBert(folder, keys);
  }

  /** By the model's type, which BERT and its kin have taken from each other. */
  private void encoder() {
    String type = BpeModel.model(folder).path("type").asText("");
    boolean pieces = type.equals("WordPiece") || type.isEmpty() && folder.has("vocab.txt");
    boolean unigram =
        type.equals("Unigram") || !folder.has(JSON) && folder.has(Unigram.XLM) && !pieces;
    if (unigram) {
      unigram(Unigram.ofEncoder(folder, Math.max(0, request.vocabSize())), true);
    } else if (pieces) {
      tokenTypes();
      bert();
    } else {
      put(bpe());
      tokenTypes();
    }
  }

  /** How many kinds of tokens the model tells apart; llama.cpp does not read a model without. */
  private void tokenTypes() {
    JsonNode types = request.config().path("type_vocab_size");
    int count = types.isIntegralNumber() && types.canConvertToInt() ? types.intValue() : 1;
    keys.put(PREFIX + "token_type_count", SpecialIds.id(Math.max(1, count)));
  }

  private void t5() {
    Unigram model = Unigram.read(folder, Math.max(0, request.vocabSize()));
    if (model == null) {
      sentencePiece();
      return;
    }
    unigram(model, false);
  }

  private void unigram(Unigram model, boolean encoder) {
    string("model", "t5");
    string("pre", "default");
    model.tokens().put(keys, true);
    flag(SPACE_PREFIX, model.spacePrefix());
    if (encoder) {
      tokenTypes();
    }
    flag("remove_extra_whitespaces", model.mergesSpaces());
    if (model.charsmap().length > 0) {
      long[] bytes = new long[model.charsmap().length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = model.charsmap()[i] & 0xff;
      }
      keys.put(PREFIX + "precompiled_charsmap", new GgufValue.Ints(GgufType.UINT8, bytes));
    }
    SpecialIds ids = ids(model.tokens());
    if (model.unknown() >= 0) {
      ids.set("unk", model.unknown());
    }
    if (encoder && !folder.has(JSON)) {
      ids.robertas();
    }
    put(ids);
  }

  private void rwkv() {
    TokenList tokens = RwkvVocabulary.read(folder, Math.max(0, request.vocabSize()));
    string("model", "rwkv");
    tokens.put(keys, false);
    SpecialIds ids = ids(tokens);
    ids.set("eot", 261);
    ids.override("bos", 0);
    ids.override("eos", 0);
    put(ids);
  }

  private SpecialIds ids(TokenList tokens) {
    return new SpecialIds(folder, request.config(), tokens.size());
  }

  private void put(SpecialIds ids) {
    ids.put(keys);
    ChatTemplates.put(folder, keys);
    Normalizers.putLowerCase(folder, keys);
  }

  /** Sets the id of a role to that of an added token, if it has none and there is one. */
  private void set(SpecialIds ids, String role, String text) {
    AddedTokens.ofTokenizer(folder).stream()
        .filter(token -> token.text().equals(text))
        .findFirst()
        .ifPresent(token -> ids.set(role, token.id()));
  }

  private void endOfTurn(int id, int size) {
    if (id < size) {
      id("eot", id);
    }
  }

  private void idWithin(String role, int id) {
    int size = ((GgufValue.Strs) keys.get(PREFIX + "tokens")).size();
    if (id >= 0 && id < size) {
      id(role, id);
    }
  }

  /** add_space_prefix, where tokenizer_config.json has it under its own name. */
  private void spacePrefix() {
    JsonNode prefix = folder.object(CONFIG).path("add_prefix_space");
    if (prefix.isBoolean()) {
      flag(SPACE_PREFIX, prefix.booleanValue());
    }
  }

  private void string(String key, String value) {
    keys.put(PREFIX + key, new GgufValue.Str(value));
  }

  private void flag(String key, boolean value) {
    keys.put(PREFIX + key, new GgufValue.Bool(value));
  }

  private void id(String role, int id) {
    keys.put(PREFIX + role + "_token_id", SpecialIds.id(id));
  }

  /** Refuses what jora's own tokenizer would refuse when the model is opened. */
  private void check(Path path) {
    Map<String, GgufValue> all = new LinkedHashMap<>(keys);
    all.put("general.architecture", new GgufValue.Str("llama"));
    try {
      Tokenizer.from(new GgufMetadata(path, all));
    } catch (GgufException e) {
      throw new SourceException(e.getMessage(), e);
    }
  }
}
