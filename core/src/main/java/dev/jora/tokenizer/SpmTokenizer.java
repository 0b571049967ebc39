package dev.jora.tokenizer;

import dev.jora.gguf.GgufMetadata;
import java.nio.charset.StandardCharsets;

/**
 * SentencePiece's BPE: text is cut into characters, and the neighbours whose union is the token of
 * the highest score merge until none do; what is no token then becomes byte tokens.
 */
public final class SpmTokenizer implements Tokenizer {
  private static final byte[] SPACE = "▁".getBytes(StandardCharsets.UTF_8);

  private final Vocab vocab;
  private final SpecialTokens special;
  private final int[] byteIds;
  private final boolean addBos;
  private final boolean addEos;
  private final boolean spacePrefix;

  SpmTokenizer(GgufMetadata metadata) {
    this.vocab = new Vocab(metadata, new Vocab.Defaults(1, 2, 0, -1));
    this.special = new SpecialTokens(vocab);
    this.byteIds = vocab.byteTokens();
    for (int b = 0; b < 256; b++) {
      if (byteIds[b] < 0) {
        byteIds[b] = vocab.find(new byte[] {(byte) b}, 0, 1);
      }
    }
    this.addBos = vocab.flag("add_bos_token", true);
    this.addEos = vocab.flag("add_eos_token", false);
    this.spacePrefix = vocab.flag("add_space_prefix", true);
  }

  /** The bits of a score as an int that is the smaller the higher the score is. */
  static int order(float score) {
    int bits = Float.floatToIntBits(score + 0f); // no −0, which would differ from 0
    return ~(bits ^ bits >> 31 & Integer.MAX_VALUE);
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
  public boolean addsBos() {
    return addBos;
  }

  @Override
  public byte[] piece(int id, boolean showSpecial) {
    if (vocab.isHidden(id) && !showSpecial) {
      return new byte[0];
    }
    return switch (vocab.type(id)) {
      case BYTE -> new byte[] {(byte) vocab.hexByte(id)};
      case CONTROL, UNKNOWN -> vocab.bytes(id);
      default -> vocab.text(id).replace('▁', ' ').getBytes(StandardCharsets.UTF_8);
    };
  }

  @Override
  public int[] encode(byte[] text, boolean addSpecial, Trust trust) {
    IntBuffer ids = new IntBuffer();
    if (addSpecial && addBos && vocab.bos() >= 0) {
      ids.add(vocab.bos());
    }
    boolean afterSpecial = true;
    for (SpecialTokens.Piece piece : special.cut(text, trust)) {
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
    int id = vocab.find(text, from, to);
    if (id >= 0 && !vocab.needsTrust(id)) { // no control token is put together from text
      queue.add(order(vocab.score(id)), left, to);
    }
  }

  private void emit(byte[] text, int from, int to, IntBuffer ids) {
    int id = vocab.find(text, from, to);
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
