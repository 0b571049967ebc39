package dev.jora.cli.common;

import dev.jora.gguf.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What texts on a command line spell out because shells could not give it otherwise. */
public final class Escapes {
  private Escapes() {}

  /** llama.cpp's escapes; an unknown one stays as it is. */
  public static byte[] unescape(byte[] raw) {
    byte[] out = new byte[raw.length];
    int n = 0;
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '\\' || i + 1 == raw.length) {
        out[n++] = raw[i];
        continue;
      }
      char c = (char) raw[++i];
      switch (c) {
        case 'n' -> out[n++] = '\n';
        case 'r' -> out[n++] = '\r';
        case 't' -> out[n++] = '\t';
        case '\'', '"', '\\' -> out[n++] = (byte) c;
        case 'x' -> {
          int value = i + 2 < raw.length ? hex(raw[i + 1]) << 4 | hex(raw[i + 2]) : -1;
          if (value < 0) {
            out[n++] = '\\';
            out[n++] = 'x';
          } else {
            out[n++] = (byte) value;
            i += 2;
          }
        }
        default -> {
          out[n++] = '\\';
          out[n++] = (byte) c;
        }
      }
    }
    return Arrays.copyOf(out, n);
  }

  private static int hex(byte b) {
    int digit = Character.digit(b, 16);
    return digit < 0 ? -256 : digit;
  }

  /** For {@code -p} texts that shells could not give otherwise. */
  public static String unescape(String text) {
    return Utf8.decode(unescape(text.getBytes(StandardCharsets.UTF_8)));
  }
}
