package dev.jora.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Tokens to text as they come: whole characters only. Bytes of a character that is not complete yet
 * are held back; bytes that cannot become one turn into U+FFFD.
 */
public final class StreamingDecoder {
  private final Tokenizer tokenizer;
  private final IntPredicate shown;
  private byte[] held = new byte[0];

  /**
   * A decoder for one stream.
   *
   * @param special true: control tokens show their text
   */
  public StreamingDecoder(Tokenizer tokenizer, boolean special) {
    this(tokenizer, id -> special);
  }

  /**
   * A decoder for one stream.
   *
   * @param shown which control tokens show their text; others always do
   */
  public StreamingDecoder(Tokenizer tokenizer, IntPredicate shown) {
    this.tokenizer = tokenizer;
    this.shown = shown;
  }

  /** The text that is complete with this token; may be empty. */
  public String accept(int id) {
    byte[] piece = tokenizer.piece(id, shown.test(id));
    ByteArrayOutputStream all = new ByteArrayOutputStream(held.length + piece.length);
    all.writeBytes(held);
    all.writeBytes(piece);
    byte[] bytes = all.toByteArray();
    int whole = bytes.length - incomplete(bytes);
    held = Arrays.copyOfRange(bytes, whole, bytes.length);
    return new String(bytes, 0, whole, StandardCharsets.UTF_8);
  }

  /** Bytes of a character that is not complete yet; not to be changed. */
  public byte[] held() {
    return held;
  }

  /** Goes back to where it held these. */
  public void rewind(byte[] before) {
    held = before;
  }

  /** What is still held back, at the end. */
  public String flush() {
    String rest = new String(held, StandardCharsets.UTF_8);
    held = new byte[0];
    return rest;
  }

  /** Bytes at the end that begin a character and may yet be completed. */
  private static int incomplete(byte[] bytes) {
    for (int n = 1; n <= Math.min(3, bytes.length); n++) {
      int lead = bytes[bytes.length - n] & 0xff;
      if ((lead & 0xc0) != 0x80) {
        return CodePoints.expectedLength(lead) > n ? n : 0;
      }
    }
    return 0;
  }
}
