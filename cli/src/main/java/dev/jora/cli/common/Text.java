package dev.jora.cli.common;

import dev.jora.cli.terminal.Columns;
import java.nio.charset.StandardCharsets;

/** Text for terminals. */
public final class Text {
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

  /** Characters of a message, and of the end that is kept of a longer one. */
  private static final int MOST = 1000;

  private static final int END = 250;

  private Text() {}

  /** The text of bytes that may be part of a character: what is no text becomes U+FFFD. */
  public static String wellFormed(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** In quotes, with line ends and other controls spelled out. */
  public static String quoted(String text) {
    return "'" + plain(text) + "'";
  }

  /** With line ends and other controls spelled out, so that no file can move the cursor. */
  public static String plain(String text) {
    return spelled(text, "");
  }

  /** What is said, in lines that stay lines: all that comes from files is plain. */
  public static String message(String text) {
    return spelled(text, "\n\t");
  }

  /** At most some 1000 characters of a message that quotes what is longer: its two ends. */
  public static String bounded(String message) {
    int left = message.length() - MOST;
    if (left <= 0) {
      return message;
    }
    int to = message.length() - END;
    return message.substring(0, MOST - END)
        + " … ("
        + left
        + " characters) … "
        + message.substring(to);
  }

  private static String spelled(String text, String kept) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      String escape = kept.indexOf(c) >= 0 ? null : escape(c);
      if (escape == null) {
        out.appendCodePoint(c);
      } else {
        out.append(escape);
      }
    }
    return out.toString();
  }

  /** How a character is spelled that a terminal would obey, or that is none; else null. */
  private static String escape(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> {
        boolean stray = c >= 0xdc80 && c <= 0xdcff; // a byte that is no text
        if (Character.isISOControl(c) || stray) {
          yield String.format("\\x%02x", c & 0xff);
        }
        boolean turns = c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069; // the direction
        boolean ends = c == 0x2028 || c == 0x2029;
        boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        yield turns || ends || half ? String.format("\\u%04x", c) : null;
      }
    };
  }

  /** Filled with spaces up to {@code width} columns. */
  public static String padded(String text, int width) {
    return Columns.padded(text, width);
  }

  /** A bar of a share of {@code width} columns, in eighths of a column. */
  static String bar(double share, int width) {
    int eighths = (int) Math.round(share * width * 8);
    String rest = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8, eighths % 8 + 1);
    return "█".repeat(eighths / 8) + rest;
  }
}
