package dev.jora.chat.tools;

/** Tools that cannot be used: where, and why. */
public final class ToolsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With this sentence. */
  public ToolsException(String message) {
    super(message);
  }

  ToolsException(String message, Throwable cause) {
    super(message, cause);
  }
}
