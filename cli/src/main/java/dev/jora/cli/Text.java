package dev.jora.cli;

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
    int columns = text.codePoints().map(Text::columns).sum();
    return text + " ".repeat(Math.max(0, width - columns));
  }

  /** Columns a character takes: two for East Asian wide ones and emoji, none for marks. */
  static int columns(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || c == 0x200d) {
      return 0;
    }
    boolean wide =
        c >= 0x1100 && c <= 0x115f
            || c >= 0x2e80 && c <= 0xa4cf && c != 0x303f
            || c >= 0xac00 && c <= 0xd7a3
            || c >= 0xf900 && c <= 0xfaff
            || c >= 0xfe30 && c <= 0xfe6f
            || c >= 0xff00 && c <= 0xff60
            || c >= 0xffe0 && c <= 0xffe6
            || c >= 0x1f300 && c <= 0x1faff
            || c >= 0x20000 && c <= 0x3fffd;
    return wide ? 2 : 1;
  }

  /** A bar of a share of {@code width} columns, in eighths of a column. */
  static String bar(double share, int width) {
    int eighths = (int) Math.round(share * width * 8);
    String rest = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8, eighths % 8 + 1);
    return "█".repeat(eighths / 8) + rest;
  }
}
