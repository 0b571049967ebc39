package dev.jora.tokenizer;

import dev.jora.gguf.GgufMetadata;
import java.util.Arrays;

/**
 * PLaMo 2's unigram model: the tokens with the highest sum of scores, in steps of 1/10000, found
 * from the end of the text; of equal ones the longest. A character may always be its bytes, for a
 * score below that of every token. Nothing is added at the beginning or the end, whatever the keys
 * say, as in llama.cpp.
 */
public final class Plamo2Tokenizer implements Tokenizer {
  private static final double STEPS = 1e4;

  /** Of a character as its bytes; tokens that score less than twice as little are no tokens. */
  private static final int UNKNOWN_SCORE = -10_000_000;

  private static final int INVALID_SCORE = 2 * UNKNOWN_SCORE;

  private final Vocab vocab;
  private final SpecialTokens special;
  private final int[] byteIds;
  private final ByteTrie tokens;

  Plamo2Tokenizer(GgufMetadata metadata) {
    this.vocab = new Vocab(metadata, new Vocab.Defaults(1, 2, 0, -1));
    vocab.requireScores();
    this.special = new SpecialTokens(vocab);
    this.byteIds = vocab.byteTokens();
    for (int b = 0; b < 256; b++) {
      if (byteIds[b] < 0) {
        throw metadata.fault(
            "tokenizer.ggml.tokens",
            "a token <0xNN> of type BYTE for each byte",
            "none for <0x%02X>".formatted(b));
      }
    }
    this.tokens = ByteTrie.of(vocab, this::isMatched, vocab::bytes);
  }

  /** No control token is put together from text. */
  private boolean isMatched(int id) {
    return vocab.type(id) != TokenType.BYTE && !vocab.needsTrust(id) && steps(id) > INVALID_SCORE;
  }

  /** The score as a whole number; halves are rounded away from zero. */
  private long steps(int id) {
    double score = vocab.score(id) * STEPS;
    return (long) Math.copySign(Math.floor(Math.abs(score) + 0.5), score);
  }

  @Override
  public Vocab vocab() {
    return vocab;
  }

  @Override
  public boolean addsSpacePrefix() {
    return false;
  }

  @Override
  public boolean addsBos() {
    return false;
  }

  @Override
  public byte[] piece(int id, boolean showSpecial) {
    if (id >= vocab.size() || vocab.isHidden(id) && !showSpecial) {
      return new byte[0];
    }
    return vocab.type(id) == TokenType.BYTE
        ? new byte[] {(byte) vocab.hexByte(id)}
        : vocab.bytes(id);
  }

  @Override
  public int[] encode(byte[] text, boolean addSpecial, Trust trust) {
    IntBuffer ids = new IntBuffer();
    special.encode(text, trust, ids, (from, to) -> encodeText(text, from, to, ids));
    return ids.toArray();
  }

  private void encodeText(byte[] text, int begin, int to, IntBuffer ids) {
    int from = begin + (startsWithMark(text, begin, to) ? 3 : 0);
    CodePoints points = CodePoints.of(text, from, to);
    long[] cost = new long[to - from + 1]; // of the rest of the text from each place on
    int[] id = new int[to - from]; // −1: the bytes of a character
    int[] end = new int[to - from];
    Arrays.fill(cost, 0, to - from, Long.MAX_VALUE / 2); // within characters no token begins
    Arrays.fill(id, -1);
    for (int i = points.size() - 1; i >= 0; i--) {
      int at = points.offsets()[i] - from;
      end[at] = points.offsets()[i + 1] - from;
      cost[at] = cost[end[at]] - UNKNOWN_SCORE;
      int node = tokens.child(ByteTrie.ROOT, text[from + at]);
      for (int next = at + 1; node >= 0; next++) {
        int token = tokens.id(node);
        if (token >= 0 && cost[next] - steps(token) <= cost[at]) {
          cost[at] = cost[next] - steps(token);
          id[at] = token;
          end[at] = next;
        }
        node = from + next < to ? tokens.child(node, text[from + next]) : -1;
      }
    }
    for (int at = 0; at < to - from; at = end[at]) {
      if (id[at] >= 0) {
        ids.add(id[at]);
      } else {
        for (int i = at; i < end[at]; i++) {
          ids.add(byteIds[text[from + i] & 0xff]);
        }
      }
    }
  }

  /** True if the text begins with a byte order mark, which is no text. */
  private static boolean startsWithMark(byte[] text, int from, int to) {
    return to - from >= 3
        && text[from] == (byte) 0xef
        && text[from + 1] == (byte) 0xbb
        && text[from + 2] == (byte) 0xbf;
  }
}
