package dev.jora.tokenizer;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Tokens that are cut out of a text before it is tokenized: the longest first wherever they stand,
 * then from the left. CONTROL and UNKNOWN tokens only where the caller trusts the text.
 */
final class SpecialTokens {
  /** A piece of text: bytes [from, to), or the token {@code id} where that is not −1. */
  record Piece(int from, int to, int id) {}

  private record Match(int from, int to, int id) {}

  private static final List<String> MASK_STRIPS_LEFT =
      List.of("jina-v2-de", "jina-v2-es", "jina-v2-code");

  private final Vocab vocab;
  private final ByteTable byText;
  private final int[] lengths;
  private final BitSet starts = new BitSet();
  private final BitSet single = new BitSet();
  private final BitSet pairs = new BitSet();
  private final BitSet ids = new BitSet();
  private final BitSet stripRight = new BitSet();
  private final BitSet stripLeft = new BitSet();

  SpecialTokens(Vocab vocab) {
    this.vocab = vocab;
    TreeSet<Integer> found = new TreeSet<>(Comparator.reverseOrder());
    for (int id = 0; id < vocab.size(); id++) {
      TokenType type = vocab.type(id);
      boolean special =
          type == TokenType.CONTROL || type == TokenType.UNKNOWN || type == TokenType.USER_DEFINED;
      if (special && vocab.texts().length(id) > 0) {
        byte[] text = vocab.bytes(id);
        ids.set(id);
        found.add(text.length);
        starts.set(text[0] & 0xff);
        if (text.length == 1) {
          single.set(text[0] & 0xff);
        } else {
          pairs.set((text[0] & 0xff) << 8 | text[1] & 0xff);
        }
        markStripping(id);
      }
    }
    this.lengths = found.stream().mapToInt(Integer::intValue).toArray();
    this.byText = new ByteTable(vocab.texts(), ids.stream().toArray());
  }

  /** White space that tokens swallow: not in the files, so known by the models' names. */
  private void markStripping(int id) {
    String name = vocab.modelName();
    String text = vocab.text(id);
    String pre = vocab.metadata().string("tokenizer.ggml.pre", "");
    String architecture = vocab.metadata().string("general.architecture", "");
    if (MASK_STRIPS_LEFT.stream().anyMatch(pre::contains)
        || architecture.contains("nomic-bert-moe")
        || architecture.contains("jina-bert-v3")) {
      stripLeft.set(id, text.equals("<mask>"));
    } else if (name.contains("phi-3") || name.contains("phi3")) {
      boolean strips =
          !text.equals("<unk>") && !text.equals("<s>") && !text.equals("<|endoftext|>");
      stripRight.set(id, strips);
    } else if (name.contains("modern-bert")) {
      stripLeft.set(id, text.equals("[MASK]"));
    }
  }

  /** True if the token is cut out of a text, never put together from it. */
  boolean contains(int id) {
    return ids.get(id);
  }

  /** Text between such tokens. */
  interface Between {
    /** Adds the ids of bytes [from, to). */
    void encode(int from, int to);
  }

  /** Adds the ids of a text: such tokens, and what {@code between} makes of the rest. */
  void encode(byte[] text, Trust trust, IntBuffer ids, Between between) {
    for (Piece piece : cut(text, trust)) {
      if (piece.id() >= 0) {
        ids.add(piece.id());
      } else {
        between.encode(piece.from(), piece.to());
      }
    }
  }

  /** The pieces of a text in order. */
  List<Piece> cut(byte[] bytes, Trust trust) {
    List<Match> chosen = matches(bytes, trust);
    chosen.sort(Comparator.comparingInt(Match::from));
    List<Piece> pieces = new ArrayList<>();
    int at = 0;
    for (Match m : chosen) {
      if (m.from() > at) {
        pieces.add(new Piece(at, m.from(), -1));
      }
      if (m.id() >= 0) {
        pieces.add(new Piece(m.from(), m.to(), m.id()));
      }
      at = m.to();
    }
    if (at < bytes.length) {
      pieces.add(new Piece(at, bytes.length, -1));
    }
    return pieces;
  }

  /** Tokens in a text, the longest first; white space that they swallow has the id −1. */
  private List<Match> matches(byte[] bytes, Trust trust) {
    List<Match> chosen = new ArrayList<>();
    int[] candidates = candidates(bytes);
    BitSet taken = new BitSet();
    for (int length : candidates.length == 0 ? new int[0] : lengths) {
      for (int from : candidates) {
        int to = from + length;
        if (to > bytes.length || taken.get(from) || taken.get(to - 1)) {
          continue; // nothing shorter can be taken within
        }
        int id = byText.get(bytes, from, to);
        if (id >= 0 && (!vocab.needsTrust(id) || trust.covers(from, to))) {
          choose(new Match(from, to, id), bytes, taken, chosen);
        }
      }
    }
    return chosen;
  }

  private void choose(Match m, byte[] bytes, BitSet taken, List<Match> chosen) {
    chosen.add(m);
    int from = m.from();
    while (stripLeft.get(m.id()) && from > 0 && !taken.get(from - 1) && isSpace(bytes[from - 1])) {
      from--;
    }
    int to = m.to();
    while (stripRight.get(m.id()) && to < bytes.length && !taken.get(to) && isSpace(bytes[to])) {
      to++;
    }
    if (from < m.from()) {
      chosen.add(new Match(from, m.from(), -1));
    }
    if (to > m.to()) {
      chosen.add(new Match(m.to(), to, -1));
    }
    taken.set(from, to);
  }

  /** Places where a token's first two bytes stand. */
  private int[] candidates(byte[] bytes) {
    IntBuffer places = new IntBuffer();
    for (int i = 0; i < bytes.length; i++) {
      if (starts.get(bytes[i] & 0xff)) {
        int pair = (bytes[i] & 0xff) << 8 | (i + 1 < bytes.length ? bytes[i + 1] & 0xff : 0);
        if (single.get(bytes[i] & 0xff) || pairs.get(pair)) {
          places.add(i);
        }
      }
    }
    return places.toArray();
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b >= 9 && b <= 13;
  }
}
