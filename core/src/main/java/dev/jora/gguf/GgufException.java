package dev.jora.gguf;

import java.nio.file.Path;

/** What is wrong with a GGUF file: where, what was expected, and what was found instead. */
public final class GgufException extends RuntimeException {
  private static final long serialVersionUID = 1L;

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
            + field
            + (offset >= 0 ? " (offset " + offset + ")" : "")
            + ": expected "
            + expected
            + ", found "
            + found);
    this.file = file;
    this.offset = offset;
    this.field = field;
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
