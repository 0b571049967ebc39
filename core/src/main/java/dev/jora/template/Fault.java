package dev.jora.template;

/** What went wrong in an operation on values, which do not know where in the template they are. */
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Fault(String message) {
    super(message, null, false, false);
  }
}
