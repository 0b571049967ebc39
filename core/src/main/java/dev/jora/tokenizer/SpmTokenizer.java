package dev.jora.tokenizer;

import dev.jora.gguf.GgufMetadata;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * SentencePiece's BPE: text is cut into characters, and the neighbours whose union is the token of
 * the highest score merge until none do; what is no token then becomes byte tokens.
 */
public final class SpmTokenizer implements Tokenizer {
  private static final byte[] SPACE = "▁".getBytes(StandardCharsets.UTF_8);

  private final Vocab vocab;
  private final SpecialTokens special;
  private final byte[][] pieces;
  private final ByteTable byText;
  private final int[] order;
  private final int[] byteIds = new int[256];
  private final boolean addBos;
  private final boolean addEos;
  private final boolean spacePrefix;

  SpmTokenizer(GgufMetadata metadata) {
    this.vocab = new Vocab(metadata, new Vocab.Defaults(1, 2, 0, -1));
    this.special = new SpecialTokens(vocab);
    byte[][] texts = new byte[vocab.size()][];
    this.pieces = new byte[vocab.size()][];
    Arrays.fill(byteIds, -1);
    for (int id = 0; id < texts.length; id++) {
      texts[id] = vocab.bytes(id);
      pieces[id] = pieceOf(id);
      if (vocab.type(id) == TokenType.BYTE) {
        byteIds[pieces[id][0] & 0xff] = id;
      }
    }
    this.byText = new ByteTable(texts);
    for (int b = 0; b < 256; b++) {
      if (byteIds[b] < 0) {
        byteIds[b] = byText.get(new byte[] {(byte) b}, 0, 1);
      }
    }
    this.order = order(vocab);
    this.addBos = vocab.flag("add_bos_token", true);
    this.addEos = vocab.flag("add_eos_token", false);
    this.spacePrefix = vocab.flag("add_space_prefix", true);
  }

  /** Position of each token among all scores, the highest first; equal scores share one. */
  private static int[] order(Vocab vocab) {
    Integer[] ids = new Integer[vocab.size()];
    Arrays.setAll(ids, i -> i);
    Arrays.sort(ids, (a, b) -> Float.compare(vocab.score(b), vocab.score(a)));
    int[] order = new int[ids.length];
    for (int i = 1; i < ids.length; i++) {
      boolean same = vocab.score(ids[i]) == vocab.score(ids[i - 1]);
      order[ids[i]] = same ? order[ids[i - 1]] : i;
    }
    return order;
  }

  private byte[] pieceOf(int id) {
    return switch (vocab.type(id)) {
      case BYTE -> new byte[] {(byte) BpeTokenizer.hexByte(vocab, id)};
      case CONTROL, UNKNOWN -> vocab.bytes(id);
      default -> vocab.text(id).replace('▁', ' ').getBytes(StandardCharsets.UTF_8);
    };
  }

  @Override
  public Vocab vocab() {
    return vocab;
  }

  @Override
  public boolean addsSpacePrefix() {
    return spacePrefix;
  }

  @Override
  public boolean cleansSpaces() {
    return false;
  }

  @Override
  public boolean addsBos() {
    return addBos;
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
    boolean afterSpecial = true;
    for (SpecialTokens.Piece piece : special.cut(text, parseSpecial)) {
      if (piece.id() >= 0) {
        ids.add(piece.id());
        afterSpecial = true;
      } else {
        byte[] escaped = escape(text, piece.from(), piece.to(), spacePrefix && afterSpecial);
        encodeText(escaped, ids);
        afterSpecial = false;
      }
    }
    if (addSpecial && addEos && vocab.eos() >= 0) {
      ids.add(vocab.eos());
    }
    return ids.toArray();
  }

  /** Spaces become ▁, one more at the beginning where asked for. */
  private static byte[] escape(byte[] text, int from, int to, boolean prefix) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream(to - from + 16);
    if (prefix) {
      out.writeBytes(SPACE);
    }
    for (int i = from; i < to; i++) {
      if (text[i] == ' ') {
        out.writeBytes(SPACE);
      } else {
        out.write(text[i]);
      }
    }
    return out.toByteArray();
  }

  private void encodeText(byte[] text, IntBuffer ids) {
    int n = 0;
    int[] starts = new int[text.length + 1];
    for (int i = 0; i < text.length; n++) {
      starts[n] = i;
      i += Math.max(1, CodePoints.length(text, i, text.length));
    }
    starts[n] = text.length;
    int[] ends = new int[n]; // 0 for a symbol that was merged into another
    int[] next = new int[n];
    int[] previous = new int[n];
    for (int i = 0; i < n; i++) {
      ends[i] = starts[i + 1];
      next[i] = i + 1;
      previous[i] = i - 1;
    }
    MergeQueue queue = new MergeQueue();
    for (int i = 0; i + 1 < n; i++) {
      offer(queue, text, starts[i], ends[i + 1], i);
    }
    while (!queue.isEmpty()) {
      int left = queue.place();
      int end = queue.tag();
      queue.remove();
      int right = ends[left] == 0 ? n : next[left];
      if (right < n && ends[right] == end) {
        ends[left] = end;
        ends[right] = 0;
        next[left] = next[right];
        if (next[left] < n) {
          previous[next[left]] = left;
          offer(queue, text, starts[left], ends[next[left]], left);
        }
        if (previous[left] >= 0) {
          offer(queue, text, starts[previous[left]], end, previous[left]);
        }
      }
    }
    for (int i = 0; i < n; i = next[i]) {
      emit(text, starts[i], ends[i], ids);
    }
  }

  private void offer(MergeQueue queue, byte[] text, int from, int to, int left) {
    int id = byText.get(text, from, to);
    if (id >= 0) {
      queue.add(order[id], left, to);
    }
  }

  private void emit(byte[] text, int from, int to, IntBuffer ids) {
    int id = byText.get(text, from, to);
    if (id >= 0) {
      ids.add(id);
      return;
    }
    for (int i = from; i < to; i++) {
      int b = byteIds[text[i] & 0xff];
      ids.add(b >= 0 ? b : Math.max(0, vocab.unknown()));
    }
  }
}
