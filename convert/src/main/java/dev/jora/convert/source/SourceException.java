package dev.jora.convert.source;

/** A checkpoint that cannot be read: one sentence with file and tensor, expected and found. */
public class SourceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A fault. */
  public SourceException(String message) {
    super(message);
  }

  /** A fault that another one led to. */
  public SourceException(String message, Throwable cause) {
    super(message, cause);
  }
}
