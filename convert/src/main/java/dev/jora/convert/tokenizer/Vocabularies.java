package dev.jora.convert.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.tokenizer.TokenType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lists of tokens, made as llama.cpp's converter makes them. */
final class Vocabularies {
  private static final String JSON = "tokenizer.json";

  /** The score of a token that is not SentencePiece's. */
  private static final float ADDED = -1000;

  /** Control tokens of Gemma 4 that show, so that what reads a chat can see them. */
  private static final Set<String> VISIBLE =
      Set.of(
          "<|channel>",
          "<channel|>",
          "<|tool_call>",
          "<tool_call|>",
          "<|tool_response>",
          "<tool_response|>",
          "<|\"|>");

  private final TokenizerFolder folder;
  private final int wanted;

  /**
   * Makes lists.
   *
   * @param wanted number of tokens; 0: as many as there are
   */
  Vocabularies(TokenizerFolder folder, int wanted) {
    this.folder = folder;
    this.wanted = wanted;
  }

  /** Tokens of byte-level BPE. */
  TokenList bpe(BpeModel model) {
    AddedTokens added = AddedTokens.read(folder, model.ids());
    TokenList tokens = list(model, added);
    boolean bytes = model.flag("byte_fallback");
    model
        .ids()
        .forEach((text, id) -> tokens.set(id, text, 0, bytes ? type(text) : TokenType.NORMAL));
    for (AddedTokens.Token token : added.tokens().values()) {
      tokens.set(token.id(), token.shown(), 0, token.type());
    }
    return tokens;
  }

  /** Tokens of WordPiece, whose words begin with ▁ and whose other pieces with nothing. */
  TokenList wordPiece(BpeModel model) {
    TokenList tokens = bpe(model);
    for (int id = 0; id < tokens.size(); id++) {
      String text = tokens.text(id);
      TokenType type = tokens.type(id);
      if (type != TokenType.CONTROL) {
        tokens.set(id, text.startsWith("##") ? text.substring(2) : "▁" + text, 0, type);
      }
    }
    return tokens;
  }

  /** A list for all of these tokens. */
  private TokenList list(BpeModel model, AddedTokens added) {
    long last = Math.max(model.last(), added.last());
    long size = wanted > 0 ? wanted : last + 1;
    if (last >= size) {
      throw folder.fault(
          "expected ids of tokens below the model's vocab_size "
              + size
              + ", found "
              + last
              + " in the tokenizer's files");
    }
    return TokenList.of(folder, size, model.ids().size() + added.tokens().size());
  }

  /** True if tokenizer.json is SentencePiece's BPE: characters merge, others are bytes. */
  static boolean isLlama(TokenizerFolder folder) {
    JsonNode model = folder.object(JSON).path("model");
    return model.path("type").asText().equals("BPE")
        && model.path("byte_fallback").asBoolean(false)
        && folder.object(JSON).path("decoder").path("type").asText().equals("Sequence");
  }

  /** True if tokenizer.json puts a space before a text. */
  static boolean prefixesSpace(TokenizerFolder folder) {
    return prefixes(folder.object(JSON).path("normalizer"))
        || prefixes(folder.object(JSON).path("pre_tokenizer"));
  }

  private static boolean prefixes(JsonNode step) {
    return switch (step.path("type").asText()) {
      case "Prepend" -> true;
      case "Metaspace" ->
          step.has("prepend_scheme")
              ? !step.path("prepend_scheme").asText().equals("never")
              : step.path("add_prefix_space").asBoolean(true);
      case "Sequence" -> {
        boolean any = false;
        for (String parts : List.of("normalizers", "pretokenizers")) {
          for (JsonNode part : step.path(parts)) {
            any |= prefixes(part);
          }
        }
        yield any;
      }
      default -> false;
    };
  }

  /**
   * Tokens of SentencePiece's BPE in tokenizer.json. The score of a token is the place of its
   * merge, so that merging by score merges in this order, and added tokens are the user's:
   * llama.cpp gives all the same score and type, and its ids are others than those of the model's
   * own tokenizer.
   */
  TokenList llama(BpeModel model) {
    List<String> merges = model.merges(folder);
    Map<String, Integer> ranks = new HashMap<>();
    for (String merge : merges) {
      int space = merge.indexOf(' ', 1);
      ranks.putIfAbsent(merge.substring(0, space) + merge.substring(space + 1), ranks.size());
    }
    TokenList tokens = gemma4(model);
    for (AddedTokens.Token token : AddedTokens.read(folder, model.ids()).tokens().values()) {
      if (tokens.type(token.id()) == TokenType.NORMAL) {
        tokens.set(token.id(), token.shown(), ADDED, TokenType.USER_DEFINED);
      }
    }
    for (int id = 0; id < tokens.size(); id++) {
      if (tokens.type(id) == TokenType.NORMAL) {
        String text = tokens.text(id);
        tokens.set(id, text, -ranks.getOrDefault(text, merges.size()), TokenType.NORMAL);
      }
    }
    return tokens;
  }

  /** Tokens of SentencePiece's BPE in tokenizer.json, with one score for all. */
  TokenList gemma4(BpeModel model) {
    AddedTokens added = AddedTokens.read(folder, model.ids());
    TokenList tokens = list(model, added);
    model.ids().forEach((text, id) -> tokens.set(id, text, ADDED, type(text)));
    for (AddedTokens.Token token : added.tokens().values()) {
      boolean own = model.ids().containsKey(token.text());
      TokenType type =
          token.special() ? TokenType.CONTROL : own ? type(token.text()) : TokenType.USER_DEFINED;
      tokens.set(token.id(), token.text(), ADDED, type);
    }
    for (int id = 0; id < tokens.size(); id++) {
      if (VISIBLE.contains(tokens.text(id))) {
        tokens.set(id, tokens.text(id), ADDED, TokenType.USER_DEFINED);
      }
    }
    return tokens;
  }

  private static TokenType type(String text) {
    return text.matches("<0x[0-9A-Fa-f]{2}>") ? TokenType.BYTE : TokenType.NORMAL;
  }

  /** Tokens of SentencePiece's model and those added to it; ids beyond the list are dropped. */
  TokenList sentencePiece(String file) {
    TokenList tokens = pieces(SentencePieceModel.read(folder, file));
    for (AddedTokens.Token token : AddedTokens.ofFile(folder)) {
      setWithin(tokens, token.id(), token.text(), TokenType.USER_DEFINED);
    }
    for (AddedTokens.Token token : AddedTokens.ofConfig(folder)) {
      setWithin(tokens, token.id(), token.shown(), token.type());
    }
    return tokens;
  }

  /** Phi 3's: what is not said to be special is the user's. */
  TokenList phi3(String file) {
    TokenList tokens = pieces(SentencePieceModel.read(folder, file));
    for (AddedTokens.Token token : AddedTokens.ofFile(folder)) {
      setWithin(tokens, token.id(), token.text(), TokenType.USER_DEFINED);
    }
    for (List<AddedTokens.Token> added :
        List.of(AddedTokens.ofConfig(folder), AddedTokens.ofTokenizer(folder))) {
      for (AddedTokens.Token token : added) {
        TokenType type = token.special() ? TokenType.CONTROL : TokenType.USER_DEFINED;
        setWithin(tokens, token.id(), token.text(), type);
      }
    }
    return tokens;
  }

  private TokenList pieces(SentencePieceModel model) {
    int known = model.pieces().size();
    TokenList tokens = TokenList.of(folder, wanted > 0 ? wanted : known, known);
    for (int id = 0; id < Math.min(known, tokens.size()); id++) {
      SentencePieceModel.Piece piece = model.pieces().get(id);
      tokens.set(id, piece.text(), piece.score(), piece.type());
    }
    return tokens;
  }

  private static void setWithin(TokenList tokens, int id, String text, TokenType type) {
    if (id < tokens.size()) {
      tokens.set(id, text, ADDED, type);
    }
  }
}
