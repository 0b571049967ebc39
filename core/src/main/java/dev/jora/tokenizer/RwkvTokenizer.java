package dev.jora.tokenizer;

import dev.jora.gguf.GgufMetadata;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/**
 * RWKV's: the longest token that begins the text, then the longest that begins the rest. Tokens are
 * bytes; the file has them escaped. Nothing is added at the beginning or the end, whatever the keys
 * say, as in llama.cpp.
 */
public final class RwkvTokenizer implements Tokenizer {
  private final Vocab vocab;
  private final SpecialTokens special;
  private final ByteTrie tokens;

  RwkvTokenizer(GgufMetadata metadata) {
    this.vocab = new Vocab(metadata, new Vocab.Defaults(-1, -1, -1, -1));
    this.special = new SpecialTokens(vocab);
    for (int id = 0; id < vocab.size(); id++) {
      unescape(id); // a faulty one is told now, not in the middle of a text
    }
    this.tokens = ByteTrie.of(vocab, id -> !vocab.needsTrust(id), this::unescape);
  }

  /** The bytes of a token: {@code \t}, {@code \n}, {@code \r}, {@code \xNN}; others are as is. */
  private byte[] unescape(int id) {
    byte[] text = vocab.bytes(id);
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length);
    for (int i = 0; i < text.length; i++) {
      int c = text[i];
      if (c == '\\') {
        i++;
        c = i < text.length ? text[i] : -1;
        if (i == text.length || c == 'x' && !isHexByte(text, i + 1)) {
          throw vocab
              .metadata()
              .fault(
                  "tokenizer.ggml.tokens[" + id + "]",
                  "after each \\ one character, or x and two hexadecimal digits",
                  "'" + vocab.text(id) + "'");
        }
        switch (c) {
          case 't' -> c = '\t';
          case 'n' -> c = '\n';
          case 'r' -> c = '\r';
          case 'x' -> {
            c = HexFormat.fromHexDigit(text[i + 1]) << 4 | HexFormat.fromHexDigit(text[i + 2]);
            i += 2;
          }
          default -> {}
        }
      }
      out.write(c);
    }
    return out.toByteArray();
  }

  private static boolean isHexByte(byte[] text, int at) {
    return at + 1 < text.length
        && HexFormat.isHexDigit(text[at])
        && HexFormat.isHexDigit(text[at + 1]);
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
    boolean shown = id < vocab.size() && (showSpecial || !vocab.isHidden(id));
    return shown ? unescape(id) : new byte[0];
  }

  @Override
  public int[] encode(byte[] text, boolean addSpecial, Trust trust) {
    IntBuffer ids = new IntBuffer();
    special.encode(text, trust, ids, (from, to) -> encodeText(text, from, to, ids));
    return ids.toArray();
  }

  private void encodeText(byte[] text, int from, int to, IntBuffer ids) {
    for (int at = from; at < to; ) {
      int id = vocab.unknown(); // of one byte
      int end = at + 1;
      int node = tokens.child(ByteTrie.ROOT, text[at]);
      for (int i = at + 1; node >= 0; i++) {
        if (tokens.id(node) >= 0) {
          id = tokens.id(node);
          end = i;
        }
        node = i < to ? tokens.child(node, text[i]) : -1;
      }
      if (id >= 0) {
        ids.add(id);
      }
      at = end;
    }
  }
}
