package dev.jora.model.checkpoint;

/** A configuration that no model can be made of: one sentence with key, expected and found. */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A fault. */
  public CheckpointException(String message) {
    super(message);
  }
}
