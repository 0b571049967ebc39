package dev.jora.tokenizer;

import java.io.ByteArrayOutputStream;

/**
 * The spaces that a tokenizer put into a text out again ({@code clean_up_tokenization_spaces}), in
 * three passes: before {@code ? ! . ,}, around a lone apostrophe, and before {@code 's 'm 're 've}.
 */
final class SpaceCleaner {
  private SpaceCleaner() {}

  static byte[] clean(byte[] text) {
    return beforeContractions(aroundApostrophes(beforePunctuation(text)));
  }

  private static byte[] beforePunctuation(byte[] s) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(s.length);
    for (int i = 0; i < s.length; i++) {
      boolean drop = s[i] == ' ' && "?!.,".indexOf(at(s, i + 1)) >= 0;
      if (!drop) {
        out.write(s[i]);
      }
    }
    return out.toByteArray();
  }

  private static byte[] aroundApostrophes(byte[] s) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(s.length);
    for (int i = 0; i < s.length; i++) {
      if (s[i] == ' ' && at(s, i + 1) == '\'' && at(s, i + 2) == ' ') {
        out.write('\'');
        i += 2;
      } else {
        out.write(s[i]);
      }
    }
    return out.toByteArray();
  }

  private static byte[] beforeContractions(byte[] s) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(s.length);
    for (int i = 0; i < s.length; i++) {
      if (s[i] != ' ' || at(s, i + 1) != '\'' || !isContraction(at(s, i + 2), at(s, i + 3))) {
        out.write(s[i]);
      }
    }
    return out.toByteArray();
  }

  private static boolean isContraction(int a, int b) {
    return a == 's' || a == 'm' || (a == 'r' || a == 'v') && b == 'e';
  }

  /** The byte at {@code i}, or 0 beyond the end. */
  private static int at(byte[] s, int i) {
    return i < s.length ? s[i] : 0;
  }
}
