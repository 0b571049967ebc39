package dev.jora.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * GPT-2's letters for bytes: printable Latin-1 bytes stand for themselves, the others for U+0100
 * and up, so that every token is readable text.
 */
final class ByteLetters {
  private static final char[] LETTERS = new char[256];
  private static final int[] BYTES = new int[0x200];

  static {
    java.util.Arrays.fill(BYTES, -1);
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean printable = b > 0x20 && b < 0x7f || b > 0xa0 && b != 0xad;
      LETTERS[b] = (char) (printable ? b : next++);
      BYTES[LETTERS[b]] = b;
    }
  }

  private ByteLetters() {}

  /** The letter of a byte. */
  static char letter(int b) {
    return LETTERS[b];
  }

  /** The bytes that a token's letters stand for; characters that are no such letter as UTF-8. */
  static byte[] bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      int b = letterByte(token.charAt(i));
      if (b < 0) {
        return mixedBytes(token);
      }
      bytes[i] = (byte) b;
    }
    return bytes;
  }

  /** The byte of a letter, or −1. */
  private static int letterByte(int c) {
    return c < BYTES.length ? BYTES[c] : -1;
  }

  private static byte[] mixedBytes(String token) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(token.length());
    token
        .codePoints()
        .forEach(
            c -> {
              if (letterByte(c) >= 0) {
                out.write(letterByte(c));
              } else {
                out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
              }
            });
    return out.toByteArray();
  }
}
