package dev.jora.convert.tokenizer;

import dev.jora.gguf.Utf8;
import dev.jora.tokenizer.TokenType;
import java.util.ArrayList;
import java.util.List;

/**
 * What is needed of SentencePiece's file, a protocol buffer: 1 pieces {1 text, 2 score, 3 type}, 2
 * how it was trained {3 type}, 3 how texts are normalised {2 characters, 3 a space before the text,
 * 4 spaces merge}. Other fields are passed over.
 *
 * @param unigram false: pairs merge
 * @param charsmap what characters become, as SentencePiece has it; may be empty
 */
record SentencePieceModel(
    List<Piece> pieces,
    boolean unigram,
    byte[] charsmap,
    boolean spacePrefix,
    boolean mergesSpaces) {
  private static final int UNIGRAM = 1;

  /** A token. Those of the user are as normal ones, as in llama.cpp. */
  record Piece(String text, float score, TokenType type) {}

  /**
   * The model of a file.
   *
   * @throws dev.jora.convert.source.SourceException if the file is none
   */
  static SentencePieceModel read(TokenizerFolder folder, String file) {
    byte[] bytes = folder.bytes(file);
    Parse parse = new Parse(folder, file);
    parse.model(new ProtocolBuffer(folder, file, bytes, 0, bytes.length));
    if (parse.pieces.isEmpty()) {
      throw folder.fault(file, "SentencePiece's model with its pieces", "no pieces");
    }
    return new SentencePieceModel(
        List.copyOf(parse.pieces),
        parse.type == UNIGRAM,
        parse.charsmap,
        parse.spacePrefix,
        parse.mergesSpaces);
  }

  private static final class Parse {
    private final TokenizerFolder folder;
    private final String file;
    private final List<Piece> pieces = new ArrayList<>();
    private long type = UNIGRAM; // the defaults of the format
    private byte[] charsmap = {};
    private boolean spacePrefix = true;
    private boolean mergesSpaces = true;

    Parse(TokenizerFolder folder, String file) {
      this.folder = folder;
      this.file = file;
    }

    void model(ProtocolBuffer in) {
      while (in.next()) {
        switch (in.field()) {
          case 1 -> pieces.add(piece(in.message()));
          case 2 -> trainer(in.message());
          case 3 -> normalizer(in.message());
          default -> in.skip();
        }
      }
    }

    private Piece piece(ProtocolBuffer in) {
      String text = "";
      float score = 0;
      long number = 1;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> text = Utf8.decode(in.bytes());
          case 2 -> score = in.float32();
          case 3 -> number = in.varint();
          default -> in.skip();
        }
      }
      String where = file + ": piece " + pieces.size();
      if (!Float.isFinite(score)) {
        throw folder.fault(where, "a score that is a number", "" + score);
      }
      if (number < 1 || number > 6) {
        throw folder.fault(where, "a type from 1 to 6", "" + number);
      }
      TokenType type = TokenType.values()[(int) number - 1];
      return new Piece(text, score, type == TokenType.USER_DEFINED ? TokenType.NORMAL : type);
    }

    private void trainer(ProtocolBuffer in) {
      while (in.next()) {
        if (in.field() == 3) {
          type = in.varint();
        } else {
          in.skip();
        }
      }
      if (type != UNIGRAM && type != 2) {
        throw folder.fault(file, "a model of type 1 (unigram) or 2 (BPE)", "type " + type);
      }
    }

    private void normalizer(ProtocolBuffer in) {
      while (in.next()) {
        switch (in.field()) {
          case 2 -> charsmap = in.bytes();
          case 3 -> spacePrefix = in.varint() != 0;
          case 4 -> mergesSpaces = in.varint() != 0;
          default -> in.skip();
        }
      }
    }
  }
}
