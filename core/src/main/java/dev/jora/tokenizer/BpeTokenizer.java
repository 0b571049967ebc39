package dev.jora.tokenizer;

import dev.jora.gguf.ByteStrings;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.Utf8;
import dev.jora.tokenizer.PreTokenizer.Flag;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Byte-pair encoding: text is cut into words by a {@link PreTokenizer}, a word into bytes (of Gemma
 * 4 into characters), and the pair of neighbours with the lowest rank merges until none can.
 */
public final class BpeTokenizer implements Tokenizer {
  /** Words that are remembered with their ids; a power of two. */
  private static final int CACHE = 1 << 14;

  /** Pre-tokenizers of encoders, which want a separator between texts. */
  private static final Set<String> WITH_SEPARATOR =
      Set.of("jina-v1-en", "jina-v2-code", "roberta-bpe");

  private static final int LONGEST_CACHED = 32;

  private record Entry(byte[] word, int[] ids) {}

  private final Vocab vocab;
  private final SpecialTokens special;
  private final ByteTable merges; // null: a pair's rank is the id of its token
  private final PreTokenizer pre;
  private final boolean rawUtf8;
  private final boolean wholeWords;
  private final boolean escapes;
  private final boolean dropSpaces;
  private final Kmers kmers; // null for none
  private final boolean lowerCase;
  private final List<Splitter> splitters;
  private final int[] byteIds = new int[256];
  private final int[] replacement;
  private final boolean addBos;
  private final boolean addEos;
  private final String warning;
  private final Entry[] cache = new Entry[CACHE];

  BpeTokenizer(GgufMetadata metadata) {
    String model = metadata.string("tokenizer.ggml.model");
    boolean gemma4 = model.equals("gemma4");
    String name = gemma4 ? "gemma4" : metadata.string("tokenizer.ggml.pre", "default");
    this.pre =
        PreTokenizer.byName(name)
            .orElseThrow(
                () ->
                    metadata.fault(
                        "tokenizer.ggml.pre",
                        "one of " + String.join(", ", PreTokenizer.names()),
                        name));
    this.rawUtf8 = pre.has(Flag.RAW_UTF8);
    this.escapes = rawUtf8 && !pre.has(Flag.PLAIN_SPACES);
    this.dropSpaces = model.equals("whitespace");
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
    this.kmers = model.equals("hybriddna") ? new Kmers(vocab) : null;
    this.merges = merges(metadata, pre == PreTokenizer.KIMI_K2);
    this.wholeWords = pre.has(Flag.IGNORE_MERGES) || merges == null;
    boolean lower = pre != PreTokenizer.WHITESPACE; // unless the file says it
    this.lowerCase = dropSpaces && vocab.flag("normalizer.lowercase", lower);
    int[] byteTokens = vocab.byteTokens();
    Words words = new Words();
    for (int b = 0; b < 256; b++) {
      words.spell(new byte[] {(byte) b}, 0, 1);
      int letter = words.wholeWord();
      byteIds[b] = letter < 0 || rawUtf8 && byteTokens[b] >= 0 ? byteTokens[b] : letter;
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

  /** The table of merges: "left right" to rank; null if the file has none and needs none. */
  private static ByteTable merges(GgufMetadata metadata, boolean optional) {
    String key = "tokenizer.ggml.merges";
    if (!metadata.contains(key) && optional) {
      return null;
    }
    if (!metadata.contains(key)) {
      throw metadata.fault(key, "the merges of a BPE vocabulary", "no such key");
    }
    ByteStrings merges = metadata.strings(key);
    for (int rank = 0; rank < merges.size(); rank++) {
      int space = merges.indexOf(rank, ' ', 1);
      if (space < 0 || space == merges.length(rank) - 1) {
        throw metadata.fault(
            key + "[" + rank + "]", "two texts with a space between", "'" + merges.get(rank) + "'");
      }
    }
    return new ByteTable(merges);
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
  public boolean addsSeparator() {
    String pre = vocab.metadata().string("tokenizer.ggml.pre", "");
    return vocab.flag("add_sep_token", WITH_SEPARATOR.contains(pre));
  }

  @Override
  public byte[] piece(int id, boolean showSpecial) {
    if (vocab.isHidden(id) && !showSpecial) {
      return new byte[0];
    }
    return switch (vocab.type(id)) {
      case BYTE -> new byte[] {(byte) vocab.hexByte(id)};
      case CONTROL, UNKNOWN, USER_DEFINED -> vocab.bytes(id);
      default ->
          escapes
              ? vocab.text(id).replace('▁', ' ').getBytes(StandardCharsets.UTF_8)
              : rawUtf8 ? vocab.bytes(id) : ByteLetters.bytes(text(id));
    };
  }

  private String text(int id) {
    return kmers == null ? vocab.text(id) : Kmers.unmarked(vocab.text(id));
  }

  @Override
  public int[] encode(byte[] text, boolean addSpecial, Trust trust) {
    IntBuffer ids = new IntBuffer();
    if (addSpecial && addBos && vocab.bos() >= 0) {
      ids.add(vocab.bos());
    }
    Words words = new Words();
    special.encode(text, trust, ids, (from, to) -> encodePiece(text, from, to, words, ids));
    if (addSpecial && addEos && vocab.eos() >= 0) {
      ids.add(vocab.eos());
    }
    return ids.toArray();
  }

  private void encodePiece(byte[] text, int from, int to, Words words, IntBuffer ids) {
    if (kmers == null) {
      encodeText(text, from, to, words, ids);
    } else {
      kmers.encode(text, from, to, ids, (a, b) -> encodeText(text, a, b, words, ids));
    }
  }

  private void encodeText(byte[] raw, int begin, int limit, Words words, IntBuffer ids) {
    if (escapes) {
      byte[] text = unescape(raw, begin, limit);
      encodeWords(text, 0, text.length, words, ids);
      return;
    }
    byte[] text = lowerCase ? lowerCase(raw, begin, limit) : raw;
    int from = lowerCase ? 0 : begin;
    int to = lowerCase ? text.length : limit;
    if (!dropSpaces) {
      encodeWords(text, from, to, words, ids);
      return;
    }
    CodePoints points = CodePoints.of(text, from, to);
    int start = from;
    for (int i = 0; i < points.size(); i++) {
      if (CharSet.SPACE.has(points.points()[i])) {
        encodeWords(text, start, points.offsets()[i], words, ids);
        start = points.offsets()[i + 1];
      }
    }
    encodeWords(text, start, to, words, ids);
  }

  private void encodeWords(byte[] text, int from, int to, Words words, IntBuffer ids) {
    CodePoints points = CodePoints.of(text, from, to);
    Splitter.Cuts cuts = PreTokenizer.words(splitters, points.points(), points.size());
    int start = from;
    for (int i = 0; i < cuts.size(); i++) {
      int end = points.offsets()[cuts.get(i)];
      encodeWord(text, start, end, words, ids);
      start = end;
    }
  }

  private static byte[] lowerCase(byte[] text, int from, int to) {
    StringBuilder lower = new StringBuilder();
    Utf8.decode(text, from, to - from)
        .codePoints()
        .map(Character::toLowerCase)
        .forEach(lower::appendCodePoint);
    return Utf8.encode(lower.toString());
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
    int hash = ByteStrings.hash(ByteStrings.HASH, text, from, to);
    int slot = (hash ^ hash >>> 15) & CACHE - 1;
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

  /**
   * The work on one word: symbols in a linked list, candidates in a heap. A symbol is a range of
   * the word as the vocabulary spells it; merges are looked up by their texts, as tokens are.
   */
  private final class Words {
    private static final int DEAD = -1;

    private final MergeQueue queue = new MergeQueue();
    private byte[] spelled;
    private int size; // symbols at first
    private int[] starts = new int[0]; // in the spelled word
    private int[] ends; // in it, or DEAD: merged into the symbol before
    private int[] places; // in the text, and the word's end
    private int[] next;
    private int[] previous;

    void encode(byte[] text, int from, int to, IntBuffer ids) {
      spell(text, from, to);
      if (wholeWords || pre.has(Flag.WHOLE_NEWLINES) && text[from] == '\n') {
        int id = wholeWord();
        if (id >= 0) {
          ids.add(id);
          return;
        }
      }
      merge();
      for (int i = 0; i < size; i = next[i]) {
        emit(i, text, ids);
      }
    }

    /** Spells a word and cuts it into its first symbols: bytes, or characters of raw UTF-8. */
    void spell(byte[] text, int from, int to) {
      makeRoom(to - from);
      size = 0;
      int at = 0;
      for (int i = from; i < to; size++) {
        int length = rawUtf8 ? Math.max(1, CodePoints.length(text, i, to)) : 1;
        starts[size] = at;
        places[size] = i;
        next[size] = size + 1;
        previous[size] = size - 1;
        if (rawUtf8 && (text[i] != ' ' || !escapes)) {
          System.arraycopy(text, i, spelled, at, length);
          at += length;
        } else {
          at = put(rawUtf8 ? '▁' : ByteLetters.letter(text[i] & 0xff), at);
        }
        ends[size] = at;
        i += length;
      }
      places[size] = to;
    }

    private void makeRoom(int bytes) {
      if (starts.length < bytes) {
        int most = Math.max(bytes, 64);
        spelled = new byte[Math.multiplyExact(3, most)]; // no letter takes more
        starts = new int[most];
        ends = new int[most];
        places = new int[most + 1];
        next = new int[most];
        previous = new int[most];
      }
    }

    /** Puts a character of at most 16 bits as UTF-8; returns the place after it. */
    private int put(char c, int at) {
      int end = at;
      if (c < 0x80) {
        spelled[end++] = (byte) c;
      } else {
        if (c < 0x800) {
          spelled[end++] = (byte) (0xc0 | c >> 6);
        } else {
          spelled[end++] = (byte) (0xe0 | c >> 12);
          spelled[end++] = (byte) (0x80 | c >> 6 & 0x3f);
        }
        spelled[end++] = (byte) (0x80 | c & 0x3f);
      }
      return end;
    }

    /** The token that is the word just spelled, or −1. */
    int wholeWord() {
      int id = vocab.find(spelled, 0, ends[size - 1]);
      return id >= 0 && special.contains(id) ? -1 : id;
    }

    private void merge() {
      queue.clear();
      for (int i = 0; i + 1 < size; i++) {
        offer(i, i + 1);
      }
      while (!queue.isEmpty()) {
        int left = queue.place();
        int rank = queue.tag();
        queue.remove();
        int right = ends[left] == DEAD ? size : next[left];
        if (right < size && rank(left, right) == rank) {
          ends[left] = ends[right];
          ends[right] = DEAD;
          next[left] = next[right];
          if (next[left] < size) {
            previous[next[left]] = left;
            offer(left, next[left]);
          }
          if (previous[left] >= 0) {
            offer(previous[left], left);
          }
        }
      }
    }

    private void offer(int left, int right) {
      int rank = rank(left, right);
      if (rank >= 0) {
        queue.add(rank, left, rank);
      }
    }

    /** The rank of the merge of two neighbours, or −1. */
    private int rank(int left, int right) {
      if (merges != null) {
        return merges.get(spelled, starts[left], ends[left], ends[right]);
      }
      int id = vocab.find(spelled, starts[left], ends[right]);
      return id >= 0 && special.contains(id) ? -1 : id;
    }

    /** The token of a symbol, or those of its bytes where it is none. */
    private void emit(int symbol, byte[] text, IntBuffer ids) {
      int token = vocab.find(spelled, starts[symbol], ends[symbol]);
      if (token >= 0) {
        ids.add(token);
        return;
      }
      for (int i = places[symbol]; i < places[next[symbol]]; i++) {
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
