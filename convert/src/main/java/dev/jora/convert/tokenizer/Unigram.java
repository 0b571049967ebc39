package dev.jora.convert.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.tokenizer.TokenType;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * SentencePiece's unigram model, of its own file or of tokenizer.json.
 *
 * @param unknown id of the token for what no other says; −1 if the file does not name it
 */
record Unigram(
    TokenList tokens, int unknown, byte[] charsmap, boolean spacePrefix, boolean mergesSpaces) {
  private static final String JSON = "tokenizer.json";
  static final String XLM = "sentencepiece.bpe.model";
  private static final float ADDED = -1000;

  /**
   * The model of a folder; null if its tokenizer.model merges pairs.
   *
   * @param wanted number of tokens; 0: as many as there are
   */
  static Unigram read(TokenizerFolder folder, int wanted) {
    Optional<String> file = folder.first("tokenizer.model", "spiece.model", XLM);
    if (file.isEmpty()) {
      return ofJson(folder, wanted);
    }
    SentencePieceModel model = SentencePieceModel.read(folder, file.get());
    if (!model.unigram() && file.get().equals("tokenizer.model")) {
      return null;
    }
    if (!model.unigram()) {
      throw folder.fault(file.get(), "a unigram model", "one that merges pairs");
    }
    List<SentencePieceModel.Piece> pieces = model.pieces();
    boolean moved = file.get().equals(XLM);
    if (moved) {
      pieces = moved(folder, pieces);
    }
    int known = pieces.size();
    int size = moved ? Math.max(wanted, known) : wanted > 0 ? wanted : known;
    TokenList tokens = TokenList.of(folder, size, known);
    int unknown = -1;
    for (int id = 0; id < Math.min(known, size); id++) {
      SentencePieceModel.Piece piece = pieces.get(id);
      tokens.set(id, piece.text(), piece.score(), piece.type());
      unknown = unknown < 0 && piece.type() == TokenType.UNKNOWN ? id : unknown;
    }
    if (!moved) {
      for (AddedTokens.Token token : AddedTokens.ofFile(folder)) {
        if (token.id() < size) {
          tokens.set(token.id(), token.text(), ADDED, TokenType.USER_DEFINED);
        }
      }
    }
    return new Unigram(
        tokens, unknown, model.charsmap(), model.spacePrefix(), model.mergesSpaces());
  }

  /** The same where tokenizer.json counts first: it has all ids, whatever their order. */
  static Unigram ofEncoder(TokenizerFolder folder, int wanted) {
    return folder.has(JSON) ? ofJson(folder, wanted) : read(folder, wanted);
  }

  /** XLM-RoBERTa's ids are not those of its file: four tokens take the place of three. */
  private static List<SentencePieceModel.Piece> moved(
      TokenizerFolder folder, List<SentencePieceModel.Piece> pieces) {
    if (pieces.size() < 4) {
      throw folder.fault(XLM, "at least 4 pieces", "" + pieces.size());
    }
    List<SentencePieceModel.Piece> moved = new ArrayList<>();
    for (String text : List.of("<s>", "<pad>", "</s>")) {
      moved.add(new SentencePieceModel.Piece(text, 0, TokenType.CONTROL));
    }
    moved.add(new SentencePieceModel.Piece("<unk>", 0, TokenType.UNKNOWN));
    moved.addAll(pieces.subList(3, pieces.size()));
    return moved;
  }

  private static Unigram ofJson(TokenizerFolder folder, int wanted) {
    JsonNode model = BpeModel.model(folder);
    if (!model.path("type").asText().equals("Unigram")) {
      throw folder.fault(
          "expected the files of a unigram tokenizer, tokenizer.model, spiece.model, "
              + XLM
              + " or a tokenizer.json whose model.type is Unigram, found none");
    }
    JsonNode vocab = folder.container(model.path("vocab"), true, JSON, "model.vocab");
    Map<String, Integer> ids = new HashMap<>();
    for (JsonNode entry : vocab) {
      String where = "model.vocab[" + ids.size() + "][0]";
      ids.put(folder.string(entry.path(0), JSON, where), ids.size());
    }
    AddedTokens added = AddedTokens.read(folder, ids);
    long last = Math.max(vocab.size() - 1, added.last());
    int known = vocab.size() + added.tokens().size();
    TokenList tokens = TokenList.of(folder, Math.max(wanted, last + 1), known);
    int id = 0;
    for (JsonNode entry : vocab) {
      String where = JSON + ": model.vocab[" + id + "][1]";
      if (!entry.path(1).isNumber() || !Float.isFinite(entry.path(1).floatValue())) {
        throw folder.fault(where, "a score", TokenizerFolder.name(entry.path(1)));
      }
      String text = folder.string(entry.path(0), JSON, where);
      tokens.set(id++, text, entry.path(1).floatValue(), TokenType.NORMAL);
    }
    for (AddedTokens.Token token : added.tokens().values()) {
      TokenType type = token.special() ? TokenType.CONTROL : TokenType.USER_DEFINED;
      float score = token.id() < vocab.size() ? tokens.score(token.id()) : 0;
      tokens.set(token.id(), token.text(), score, type);
    }
    JsonNode number = model.path("unk_id");
    int unknown = number.isIntegralNumber() && number.canConvertToInt() ? number.intValue() : -1;
    if (unknown >= 0 && unknown < tokens.size()) {
      tokens.set(unknown, tokens.text(unknown), tokens.score(unknown), TokenType.UNKNOWN);
    }
    Steps steps = new Steps(folder);
    steps.read(folder.object(JSON).path("normalizer"));
    steps.read(folder.object(JSON).path("pre_tokenizer"));
    return new Unigram(tokens, unknown, steps.charsmap, steps.prefix, steps.merges);
  }

  /** What normalizer and pre-tokenizer do to a text. */
  private static final class Steps {
    private final TokenizerFolder folder;
    private byte[] charsmap = {};
    private boolean prefix;
    private boolean merges;

    Steps(TokenizerFolder folder) {
      this.folder = folder;
    }

    void read(JsonNode step) {
      switch (step.path("type").asText()) {
        case "Sequence" -> {
          step.path("normalizers").forEach(this::read);
          step.path("pretokenizers").forEach(this::read);
        }
        case "Precompiled" -> precompiled(step.path("precompiled_charsmap"));
        case "Metaspace" ->
            prefix |=
                step.has("prepend_scheme")
                    ? !step.path("prepend_scheme").asText().equals("never")
                    : step.path("add_prefix_space").asBoolean(true);
        case "WhitespaceSplit" -> merges = true;
        case "Replace" -> merges |= step.path("pattern").path("Regex").asText().equals(" {2,}");
        default -> {}
      }
    }

    private void precompiled(JsonNode text) {
      if (text.isNull() || text.isMissingNode()) {
        return;
      }
      String where = "normalizer.precompiled_charsmap";
      try {
        charsmap = Base64.getDecoder().decode(folder.string(text, JSON, where));
      } catch (IllegalArgumentException e) {
        throw folder.fault(JSON + ": " + where, "a text in base 64", TokenizerFolder.name(text));
      }
    }
  }
}
