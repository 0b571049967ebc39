package dev.jora.gguf;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8 without loss. Files in the wild hold tokens and strings that are not valid UTF-8; each byte
 * b that belongs to no valid sequence becomes the lone surrogate U+DC00 + b (U+DC80 to U+DCFF, the
 * "surrogateescape" of Python's PEP 383), which valid UTF-8 can never produce, so that {@code
 * encode(decode(bytes))} gives back the same bytes for every input.
 */
public final class Utf8 {
  private static final int ESCAPE = 0xDC00;

  private Utf8() {}

  /** The text of these bytes, stray bytes escaped. */
  public static String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  /** The text of {@code length} bytes from {@code offset}, stray bytes escaped. */
  public static String decode(byte[] bytes, int offset, int length) {
    if (length == 0) {
      return ""; // one for all
    }
    String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
    return text.indexOf('\uFFFD') < 0 ? text : escape(bytes, offset, length);
  }

  /**
   * The bytes of a text: exactly those it was decoded from.
   *
   * @throws IllegalArgumentException if the text holds a surrogate that {@link #decode} never gives
   */
  public static byte[] encode(String text) {
    return isEscaped(text) ? unescape(text) : text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The text with U+FFFD for every lone surrogate: for what comes from elsewhere than {@link
   * #decode}, such as the escapes of JSON, where half a pair stands for no byte.
   */
  public static String wellFormed(String text) {
    if (!isEscaped(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text);
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      if (Character.getType(text.codePointAt(i)) == Character.SURROGATE) {
        out.setCharAt(i, '\uFFFD');
      }
    }
    return out.toString();
  }

  /** True if the text holds a lone surrogate, so that its bytes are not valid UTF-8. */
  public static boolean isEscaped(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  private static String escape(byte[] bytes, int offset, int length) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
    CharBuffer out = CharBuffer.allocate(length);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (!result.isMalformed()) {
        return out.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (ESCAPE + Byte.toUnsignedInt(in.get())));
      }
    }
  }

  private static byte[] unescape(String text) {
    ByteBuffer out = ByteBuffer.allocate(Math.multiplyExact(3, text.length()));
    int start = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        continue;
      }
      if (c < ESCAPE + 0x80 || c > ESCAPE + 0xFF) {
        throw new IllegalArgumentException(
            "a lone surrogate U+" + Integer.toHexString(c) + " stands for no byte");
      }
      out.put(text.substring(start, i).getBytes(StandardCharsets.UTF_8));
      out.put((byte) (c - ESCAPE));
      start = i + 1;
    }
    out.put(text.substring(start).getBytes(StandardCharsets.UTF_8));
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }
}
