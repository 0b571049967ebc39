package dev.jora.tokenizer;

import dev.jora.gguf.GgufMetadata;
import dev.jora.tokenizer.PreTokenizer.Flag;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Byte-pair encoding: text is cut into words by a {@link PreTokenizer}, a word into bytes (of Gemma
 * 4 into characters), and the pair of neighbours with the lowest rank merges until none can.
 */
public final class BpeTokenizer implements Tokenizer {
  /** Words that are remembered with their ids; a power of two. */
  private static final int CACHE = 1 << 14;

  private static final int LONGEST_CACHED = 32;

  private record Entry(byte[] word, int[] ids) {}

  private final Vocab vocab;
  private final SpecialTokens special;
  private final Merges merges;
  private final PreTokenizer pre;
  private final List<Splitter> splitters;
  private final byte[][] pieces;
  private final ByteTable byPiece;
  private final int[] byteIds = new int[256];
  private final int[] replacement;
  private final boolean addBos;
  private final boolean addEos;
  private final String warning;
  private final Entry[] cache = new Entry[CACHE];

  BpeTokenizer(GgufMetadata metadata) {
    boolean gemma4 = metadata.string("tokenizer.ggml.model").equals("gemma4");
    String name = gemma4 ? "gemma4" : metadata.string("tokenizer.ggml.pre", "default");
    this.pre =
        PreTokenizer.byName(name)
            .orElseThrow(
                () ->
                    metadata.fault(
                        "tokenizer.ggml.pre",
                        "one of " + String.join(", ", PreTokenizer.names()),
                        name));
    boolean missing = !metadata.contains("tokenizer.ggml.pre") && !gemma4;
    this.warning =
        missing
            ? "the file has no key tokenizer.ggml.pre: words are cut by the default rules, which"
                + " may not be the model's"
            : null;
    this.splitters = pre.splitters();
    int eos = gemma4 ? -1 : 11;
    this.vocab =
        new Vocab(metadata, new Vocab.Defaults(pre.has(Flag.NO_BOS) ? -1 : eos, eos, -1, -1));
    this.special = new SpecialTokens(vocab);
    this.merges = Merges.of(metadata, vocab);
    this.pieces = new byte[vocab.size()][];
    for (int id = 0; id < pieces.length; id++) {
      pieces[id] = pieceOf(id);
    }
    this.byPiece = new ByteTable(pieces, id -> !special.contains(id));
    Arrays.fill(byteIds, -1);
    for (int b = 0; b < 256; b++) {
      byteIds[b] = byPiece.get(new byte[] {(byte) b}, 0, 1);
    }
    if (pre.has(Flag.RAW_UTF8)) {
      for (int id = 0; id < pieces.length; id++) {
        if (vocab.type(id) == TokenType.BYTE) {
          byteIds[pieces[id][0] & 0xff] = id;
        }
      }
    }
    this.replacement = replacement();
    this.addBos = vocab.flag("add_bos_token", pre.has(Flag.ADD_BOS)) || pre == PreTokenizer.GEMMA4;
    this.addEos = vocab.flag("add_eos_token", false);
  }

  /**
   * What stands for a byte that the vocabulary cannot spell: vocabularies learned from UTF-8 may
   * lack the bytes that never occur in it. U+FFFD as in llama.cpp, else nothing. Not the "unknown"
   * token of the file: in vocabularies of bytes that is a control token, often the one that ends a
   * text.
   */
  private int[] replacement() {
    byte[] mark = "\uFFFD".getBytes(StandardCharsets.UTF_8);
    IntBuffer ids = new IntBuffer();
    for (byte b : mark) {
      if (byteIds[b & 0xff] < 0) {
        return new int[0];
      }
    }
    new Words().encode(mark, 0, mark.length, ids);
    return ids.toArray();
  }

  private byte[] pieceOf(int id) {
    String text = vocab.text(id);
    return switch (vocab.type(id)) {
      case BYTE -> new byte[] {(byte) hexByte(vocab, id)};
      case CONTROL, UNKNOWN, USER_DEFINED -> vocab.bytes(id);
      default ->
          pre.has(Flag.RAW_UTF8)
              ? text.replace('▁', ' ').getBytes(StandardCharsets.UTF_8)
              : ByteLetters.bytes(text);
    };
  }

  /** The byte of a token {@code <0xNN>}. */
  static int hexByte(Vocab vocab, int id) {
    String text = vocab.text(id);
    if (text.matches("<0x[0-9A-Fa-f]{2}>")) {
      return Integer.parseInt(text.substring(3, 5).toUpperCase(Locale.ROOT), 16);
    }
    throw vocab
        .metadata()
        .fault("tokenizer.ggml.tokens[" + id + "]", "a byte token <0xNN>", "'" + text + "'");
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
  public boolean cleansSpaces() {
    return pre.has(Flag.CLEAN_SPACES);
  }

  @Override
  public boolean addsBos() {
    return addBos;
  }

  @Override
  public Optional<String> warning() {
    return Optional.ofNullable(warning);
  }

  @Override
  public byte[] piece(int id, boolean showSpecial) {
    return vocab.isHidden(id) && !showSpecial ? new byte[0] : pieces[id];
  }

  @Override
  public int[] encode(byte[] text, boolean addSpecial, boolean parseSpecial) {
    IntBuffer ids = new IntBuffer();
    if (addSpecial && addBos && vocab.bos() >= 0) {
      ids.add(vocab.bos());
    }
    Words words = new Words();
    for (SpecialTokens.Piece piece : special.cut(text, parseSpecial)) {
      if (piece.id() >= 0) {
        ids.add(piece.id());
      } else {
        encodeText(text, piece.from(), piece.to(), words, ids);
      }
    }
    if (addSpecial && addEos && vocab.eos() >= 0) {
      ids.add(vocab.eos());
    }
    return ids.toArray();
  }

  private void encodeText(byte[] raw, int begin, int limit, Words words, IntBuffer ids) {
    boolean plain = !pre.has(Flag.RAW_UTF8);
    byte[] text = plain ? raw : unescape(raw, begin, limit);
    int from = plain ? begin : 0;
    int to = plain ? limit : text.length;
    CodePoints points = CodePoints.of(text, from, to);
    Splitter.Cuts cuts = PreTokenizer.words(splitters, points.points(), points.size());
    int start = from;
    for (int i = 0; i < cuts.size(); i++) {
      int end = points.offsets()[cuts.get(i)];
      int first = points.points()[i == 0 ? 0 : cuts.get(i - 1)];
      if (!pre.has(Flag.DROP_SPACES) || !CharSet.SPACE.has(first)) {
        encodeWord(text, start, end, words, ids);
      }
      start = end;
    }
  }

  /** Text of SentencePiece's kind: its ▁ means a space, here as in the tokens. */
  private static byte[] unescape(byte[] text, int from, int to) {
    byte[] out = new byte[to - from];
    int n = 0;
    for (int i = from; i < to; ) {
      boolean mark =
          i + 3 <= to
              && text[i] == (byte) 0xe2
              && text[i + 1] == (byte) 0x96
              && text[i + 2] == (byte) 0x81;
      out[n++] = mark ? (byte) ' ' : text[i];
      i += mark ? 3 : 1;
    }
    return Arrays.copyOf(out, n);
  }

  private void encodeWord(byte[] text, int from, int to, Words words, IntBuffer ids) {
    if (to - from > LONGEST_CACHED) {
      words.encode(text, from, to, ids);
      return;
    }
    int slot = ByteTable.hash(text, from, to) & CACHE - 1;
    Entry entry = cache[slot];
    if (entry == null || !Arrays.equals(entry.word(), 0, entry.word().length, text, from, to)) {
      IntBuffer own = new IntBuffer();
      words.encode(text, from, to, own);
      entry = new Entry(Arrays.copyOfRange(text, from, to), own.toArray());
      cache[slot] = entry; // a race loses an entry, never corrupts one
    }
    for (int id : entry.ids()) {
      ids.add(id);
    }
  }

  /** The work on one word: symbols in a linked list, candidates in a heap. */
  private final class Words {
    private final MergeQueue queue = new MergeQueue();
    private int[] symbols = new int[0];
    private int[] starts;
    private int[] next;
    private int[] previous;

    void encode(byte[] text, int from, int to, IntBuffer ids) {
      if (pre.has(Flag.IGNORE_MERGES) || pre.has(Flag.WHOLE_NEWLINES) && text[from] == '\n') {
        int id = byPiece.get(text, from, to);
        if (id >= 0) {
          ids.add(id);
          return;
        }
      }
      int n = symbols(text, from, to);
      queue.clear();
      for (int i = 0; i + 1 < n; i++) {
        offer(i, i + 1);
      }
      while (!queue.isEmpty()) {
        int left = queue.place();
        int slot = queue.tag();
        queue.remove();
        int right = symbols[left] == DEAD ? n : next[left];
        if (right < n && merges.find(symbols[left], symbols[right]) == slot) {
          symbols[left] = merges.merged(slot);
          symbols[right] = DEAD;
          next[left] = next[right];
          if (next[left] < n) {
            previous[next[left]] = left;
            offer(left, next[left]);
          }
          if (previous[left] >= 0) {
            offer(previous[left], left);
          }
        }
      }
      for (int i = 0; i < n; i = next[i]) {
        int end = next[i] < n ? starts[next[i]] : to;
        emit(symbols[i], text, starts[i], end, ids);
      }
    }

    private static final int DEAD = -2;

    private void offer(int left, int right) {
      int slot = merges.find(symbols[left], symbols[right]);
      if (slot >= 0) {
        queue.add(merges.rank(slot), left, slot);
      }
    }

    /** Cuts a word into its first symbols; returns their number. */
    private int symbols(byte[] text, int from, int to) {
      if (symbols.length < to - from) {
        int size = Math.max(to - from, 64);
        symbols = new int[size];
        starts = new int[size];
        next = new int[size];
        previous = new int[size];
      }
      int n = 0;
      boolean rawUtf8 = pre.has(Flag.RAW_UTF8);
      for (int i = from; i < to; n++) {
        int length = rawUtf8 ? Math.max(1, CodePoints.length(text, i, to)) : 1;
        symbols[n] = length == 1 ? byteIds[text[i] & 0xff] : byPiece.get(text, i, i + length);
        starts[n] = i;
        next[n] = n + 1;
        previous[n] = n - 1;
        i += length;
      }
      return n;
    }

    /** A symbol, or its bytes one by one where it is no token. */
    private void emit(int symbol, byte[] text, int from, int to, IntBuffer ids) {
      if (symbol >= 0 && merges.isToken(symbol)) {
        ids.add(symbol);
        return;
      }
      for (int i = from; i < to; i++) {
        int id = byteIds[text[i] & 0xff];
        if (id >= 0) {
          ids.add(id);
        } else {
          for (int stand : replacement) {
            ids.add(stand);
          }
        }
      }
    }
  }
}
