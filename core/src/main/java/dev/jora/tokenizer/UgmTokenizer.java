package dev.jora.tokenizer;

import dev.jora.gguf.GgufMetadata;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * SentencePiece's unigram model: a normalised text becomes the tokens with the highest sum of
 * scores. A character that is no token is unknown, and so are several in a row, as one.
 */
public final class UgmTokenizer implements Tokenizer {
  private static final byte[] SPACE = "▁".getBytes(StandardCharsets.UTF_8);

  /** How much less than the least of the tokens an unknown character scores. */
  private static final float PENALTY = 10;

  private final Vocab vocab;
  private final SpecialTokens special;
  private final Charsmap charsmap;
  private final ByteTrie tokens;
  private final float unknownScore;
  private final boolean addBos;
  private final boolean addEos;
  private final boolean spacePrefix;
  private final boolean mergeSpaces;

  UgmTokenizer(GgufMetadata metadata) {
    this.vocab = new Vocab(metadata, new Vocab.Defaults(-1, 1, 2, -1));
    vocab.requireScores();
    if (vocab.unknown() < 0) {
      throw metadata.fault(
          "tokenizer.ggml.unknown_token_id", "the token for what no other says", "none");
    }
    this.special = new SpecialTokens(vocab);
    this.charsmap = Charsmap.of(metadata);
    this.tokens = ByteTrie.of(vocab, this::isMatched, vocab::bytes);
    float least = Float.MAX_VALUE;
    for (int id = 0; id < vocab.size(); id++) {
      if (vocab.type(id) == TokenType.NORMAL) {
        least = Math.min(least, vocab.score(id));
      }
    }
    this.unknownScore = least - PENALTY;
    this.addBos = vocab.flag("add_bos_token", false);
    this.addEos = vocab.flag("add_eos_token", true);
    this.spacePrefix = vocab.flag("add_space_prefix", false);
    this.mergeSpaces = vocab.flag("remove_extra_whitespaces", false);
  }

  /** No control token is put together from text. */
  private boolean isMatched(int id) {
    return switch (vocab.type(id)) {
      case NORMAL, USER_DEFINED, UNUSED -> !vocab.needsTrust(id);
      case CONTROL, UNKNOWN, BYTE -> false;
    };
  }

  @Override
  public Vocab vocab() {
    return vocab;
  }

  @Override
  public boolean addsSpacePrefix() {
    return spacePrefix || mergeSpaces;
  }

  @Override
  public boolean addsBos() {
    return addBos;
  }

  @Override
  public boolean addsEos() {
    return addEos;
  }

  @Override
  public byte[] piece(int id, boolean showSpecial) {
    if (vocab.isHidden(id) && !showSpecial) {
      return new byte[0];
    }
    return switch (vocab.type(id)) {
      case BYTE -> new byte[] {(byte) vocab.hexByte(id)};
      case CONTROL, UNKNOWN, USER_DEFINED -> vocab.bytes(id);
      default -> vocab.text(id).replace('▁', ' ').getBytes(StandardCharsets.UTF_8);
    };
  }

  @Override
  public int[] encode(byte[] text, boolean addSpecial, Trust trust) {
    IntBuffer ids = new IntBuffer();
    if (addSpecial && addBos && vocab.bos() >= 0) {
      ids.add(vocab.bos());
    }
    special.encode(text, trust, ids, (from, to) -> encodeText(normalize(text, from, to), ids));
    if (addSpecial && addEos && vocab.eos() >= 0) {
      ids.add(vocab.eos());
    }
    return ids.toArray();
  }

  /**
   * Characters by the charsmap, spaces to ▁: one before the first word where the vocabulary wants
   * it; where spaces merge, one before every word and no other.
   */
  byte[] normalize(byte[] text, int from, int to) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream(to - from + 16);
    for (int at = from; at < to; ) {
      at = charsmap.put(text, at, to, plain);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(plain.size() + 16);
    boolean prefix = spacePrefix;
    boolean inWord = false;
    for (byte b : plain.toByteArray()) {
      if (b == ' ') {
        inWord = false;
        if (!mergeSpaces) {
          out.writeBytes(SPACE);
        }
        continue;
      }
      if (!inWord && (prefix || mergeSpaces)) {
        out.writeBytes(SPACE);
        prefix = false;
      }
      inWord = true;
      out.write(b);
    }
    return out.toByteArray();
  }

  /** Viterbi's: for each place the best of the tokens that end there, from the left. */
  private void encodeText(byte[] text, IntBuffer ids) {
    int n = text.length;
    double[] best = new double[n + 1];
    int[] id = new int[n + 1];
    int[] start = new int[n + 1];
    Arrays.fill(best, 1, n + 1, -Double.MAX_VALUE);
    for (int at = 0; at < n; ) {
      int next = at + Math.max(1, CodePoints.length(text, at, n));
      boolean known = false;
      int node = tokens.child(ByteTrie.ROOT, text[at]);
      for (int to = at + 1; node >= 0; to++) {
        int token = tokens.id(node);
        if (token >= 0) {
          known |= to == next;
          double score = vocab.type(token) == TokenType.USER_DEFINED ? 0 : vocab.score(token);
          if (best[at] + score > best[to]) {
            best[to] = best[at] + score;
            id[to] = token;
            start[to] = at;
          }
        }
        node = to < n ? tokens.child(node, text[to]) : -1;
      }
      if (!known && best[at] + unknownScore > best[next]) {
        best[next] = best[at] + unknownScore;
        id[next] = vocab.unknown();
        start[next] = at;
      }
      at = next;
    }
    int[] backwards = new int[n];
    int count = 0;
    for (int at = n; at > 0; at = start[at]) {
      boolean again = count > 0 && backwards[count - 1] == vocab.unknown();
      if (!again || id[at] != vocab.unknown()) {
        backwards[count++] = id[at];
      }
    }
    while (count > 0) {
      ids.add(backwards[--count]);
    }
  }
}
