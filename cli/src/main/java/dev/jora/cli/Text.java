package dev.jora.cli;

import dev.jora.cli.terminal.Columns;
import java.nio.charset.StandardCharsets;

/** Text for terminals. */
final class Text {
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

  private Text() {}

  /** The text of bytes that may be part of a character: what is no text becomes U+FFFD. */
  static String wellFormed(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** In quotes, with line ends and other controls spelled out. */
  static String quoted(String text) {
    return "'" + plain(text) + "'";
  }

  /** With line ends and other controls spelled out, so that no file can move the cursor. */
  static String plain(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                  if (Character.isISOControl(c) || c >= 0xdc00 && c < 0xe000) {
                    out.append(String.format("\\x%02x", c & 0xff));
                  } else {
                    out.appendCodePoint(c);
                  }
                }
              }
            });
    return out.toString();
  }

  /** Filled with spaces up to {@code width} columns. */
  static String padded(String text, int width) {
    return Columns.padded(text, width);
  }

  /** A bar of a share of {@code width} columns, in eighths of a column. */
  static String bar(double share, int width) {
    int eighths = (int) Math.round(share * width * 8);
    String rest = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8, eighths % 8 + 1);
    return "█".repeat(eighths / 8) + rest;
  }
}
