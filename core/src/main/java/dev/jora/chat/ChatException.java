package dev.jora.chat;

/** A conversation that cannot become a prompt: there is no template, or it is no conversation. */
public final class ChatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ChatException(String message) {
    super(message);
  }

  ChatException(String message, Throwable cause) {
    super(message, cause);
  }
}
