package dev.jora.serve.schedule;

/** There are too many jobs that wait, or none is taken any more. */
public final class BusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean closing;

  BusyException(boolean closing, String message) {
    super(message);
    this.closing = closing;
  }

  /** True if nothing is taken any more. */
  public boolean isClosing() {
    return closing;
  }
}
