package dev.jora.model;

import java.nio.file.Path;

/** A saved sequence that cannot be taken up here: what was expected, what was found. */
public final class SequenceFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;

  SequenceFileException(Path file, String problem) {
    super(file + ": " + problem);
    this.file = file;
  }

  /** The file. */
  public Path file() {
    return file;
  }
}
