package dev.jora.backend;

/** What a model computes is NaN or infinite: its file is damaged, or it overflows. */
public final class NotFiniteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With one sentence that says where. */
  public NotFiniteException(String message) {
    super(message);
  }
}
