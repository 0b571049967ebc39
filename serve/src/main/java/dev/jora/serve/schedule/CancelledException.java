package dev.jora.serve.schedule;

/** Nobody wanted the text any more before it began. */
public final class CancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CancelledException() {
    super("nobody wants the text any more");
  }
}
