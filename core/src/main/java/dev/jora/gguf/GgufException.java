package dev.jora.gguf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;

/** What is wrong with a GGUF file: where, what was expected, and what was found instead. */
public final class GgufException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int MAX_TEXT = 200;

  private final transient Path file;
  private final long offset;
  private final String field;

  /**
   * A fault in {@code file}.
   *
   * @param offset byte offset of the faulty field, or -1 where it has none
   * @param field the header field, metadata key or tensor
   */
  public GgufException(Path file, long offset, String field, String expected, String found) {
    super(
        file
            + ": "
            + clean(field)
            + (offset >= 0 ? " (offset " + offset + ")" : "")
            + ": expected "
            + shown(expected) // may be a long list
            + ", found "
            + clean(found));
    this.file = file;
    this.offset = offset;
    this.field = field;
  }

  private GgufException(Path file, String message) {
    super(message);
    this.file = file;
    this.offset = -1;
    this.field = "";
  }

  /** A mapped file that another process has cut or written to. */
  static GgufException changed(Path file, long before, long now) {
    String how =
        now == before
            ? "was written to"
            : "%s from %d to %d bytes".formatted(now < before ? "was cut" : "grew", before, now);
    return new GgufException(
        file, file + " " + how + " while it was read: begin again when it is whole");
  }

  /** A file that the operating system will not let us read. */
  static GgufException unreadable(Path file, IOException cause) {
    String found =
        switch (cause) {
          case NoSuchFileException e -> "no such file";
          case AccessDeniedException e -> "no permission to read it";
          default -> cause.getClass().getSimpleName() + ": " + cause.getMessage();
        };
    return withCause(new GgufException(file, -1, "cannot open", "a GGUF file", found), cause);
  }

  /**
   * A mapped file that another process cut while it was read: the virtual machine reports the lost
   * pages as an {@link InternalError}, wherever the access was.
   */
  public static GgufException cutWhileMapped(
      Path file, long offset, String field, InternalError cause) {
    return withCause(
        new GgufException(
            file,
            offset,
            field,
            "the file as it was when opened",
            "an I/O error: it was cut short or its disk failed while it was read"),
        cause);
  }

  /** Bytes for a message: quoted text where printable, else hexadecimal; long ones cut. */
  static String quote(byte[] bytes) {
    boolean printable = true;
    for (byte b : bytes) {
      printable &= b >= ' ' && b < 0x7F;
    }
    int shown = Math.min(bytes.length, 40);
    String dots = shown < bytes.length ? "..." : "";
    return printable
        ? "'" + new String(bytes, 0, shown, StandardCharsets.US_ASCII) + dots + "'"
        : "bytes " + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, shown) + dots;
  }

  /** Text from a file as a terminal may show it, cut where too long. */
  private static String clean(String text) {
    return text.length() <= MAX_TEXT ? shown(text) : shown(text.substring(0, MAX_TEXT)) + "...";
  }

  /** Control characters spelled out. */
  private static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    for (char c : text.toCharArray()) {
      shown.append(
          Character.isISOControl(c) ? "\\x" + HexFormat.of().toHexDigits((byte) c) : "" + c);
    }
    return shown.toString();
  }

  private static GgufException withCause(GgufException exception, Throwable cause) {
    exception.initCause(cause);
    return exception;
  }

  /** The faulty file. */
  public Path file() {
    return file;
  }

  /** Byte offset of the faulty field, or -1. */
  public long offset() {
    return offset;
  }

  /** The header field, metadata key or tensor. */
  public String field() {
    return field;
  }
}
