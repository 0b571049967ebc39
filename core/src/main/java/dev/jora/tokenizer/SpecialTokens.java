package dev.jora.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Tokens that are cut out of a text before it is tokenized: the longest first wherever they stand,
 * then from the left. CONTROL and UNKNOWN tokens only if the caller trusts the text.
 */
final class SpecialTokens {
  /** A piece of text: bytes [from, to), or the token {@code id} where that is not −1. */
  record Piece(int from, int to, int id) {}

  private record Match(int from, int to, int id) {}

  private final Vocab vocab;
  private final byte[][] texts;
  private final int[][] byFirstByte = new int[256][];
  private final boolean[] stripRight;
  private final boolean[] stripLeft;

  SpecialTokens(Vocab vocab) {
    this.vocab = vocab;
    this.texts = new byte[vocab.size()][];
    this.stripRight = new boolean[vocab.size()];
    this.stripLeft = new boolean[vocab.size()];
    List<List<Integer>> lists = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      lists.add(new ArrayList<>());
    }
    for (int id = 0; id < vocab.size(); id++) {
      TokenType type = vocab.type(id);
      boolean special =
          type == TokenType.CONTROL
              || type == TokenType.UNKNOWN
              || type == TokenType.USER_DEFINED;
      if (special && !vocab.text(id).isEmpty()) {
        texts[id] = vocab.bytes(id);
        lists.get(texts[id][0] & 0xff).add(id);
        markStripping(id);
      }
    }
    for (int b = 0; b < 256; b++) {
      byFirstByte[b] = lists.get(b).stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /** White space that tokens swallow: not in the files, so known by the models' names. */
  private void markStripping(int id) {
    String name = vocab.modelName();
    String text = vocab.text(id);
    if (name.contains("phi-3") || name.contains("phi3")) {
      stripRight[id] =
          !text.equals("<unk>") && !text.equals("<s>") && !text.equals("<|endoftext|>");
    }
    String pre = vocab.metadata().string("tokenizer.ggml.pre", "");
    stripLeft[id] = pre.startsWith("jina-v2-") && text.equals("<mask>");
  }

  /** The pieces of a text in order. */
  List<Piece> cut(byte[] bytes, boolean parseSpecial) {
    List<Match> matches = matches(bytes, parseSpecial);
    matches.sort(
        Comparator.comparingInt((Match m) -> m.from() - m.to()).thenComparingInt(Match::from));
    List<Match> chosen = new ArrayList<>();
    boolean[] taken = matches.isEmpty() ? null : new boolean[bytes.length];
    for (Match m : matches) {
      if (!taken[m.from()] && !taken[m.to() - 1] && !anyTaken(taken, m)) {
        Arrays.fill(taken, m.from(), m.to(), true);
        chosen.add(m);
      }
    }
    chosen.sort(Comparator.comparingInt(Match::from));
    List<Piece> pieces = new ArrayList<>();
    int at = 0;
    for (Match m : chosen) {
      int end = m.from();
      while (stripLeft[m.id()] && end > at && isSpace(bytes[end - 1])) {
        end--;
      }
      if (end > at) {
        pieces.add(new Piece(at, end, -1));
      }
      pieces.add(new Piece(m.from(), m.to(), m.id()));
      at = m.to();
      while (stripRight[m.id()] && at < bytes.length && isSpace(bytes[at])) {
        at++;
      }
    }
    if (at < bytes.length) {
      pieces.add(new Piece(at, bytes.length, -1));
    }
    return pieces;
  }

  private List<Match> matches(byte[] bytes, boolean parseSpecial) {
    List<Match> matches = new ArrayList<>();
    for (int i = 0; i < bytes.length; i++) {
      for (int id : byFirstByte[bytes[i] & 0xff]) {
        byte[] text = texts[id];
        boolean allowed = parseSpecial || vocab.type(id) == TokenType.USER_DEFINED;
        if (allowed
            && i + text.length <= bytes.length
            && Arrays.equals(text, 0, text.length, bytes, i, i + text.length)) {
          matches.add(new Match(i, i + text.length, id));
        }
      }
    }
    return matches;
  }

  private static boolean anyTaken(boolean[] taken, Match m) {
    for (int i = m.from(); i < m.to(); i++) {
      if (taken[i]) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b >= 9 && b <= 13;
  }
}
