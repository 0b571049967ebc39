package dev.jora.model;

/** More tokens than the context holds. */
public final class ContextOverflowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int tokens;
  private final int context;

  /** {@code tokens} were to go into a context of {@code context}. */
  public ContextOverflowException(int tokens, int context) {
    super(tokens + " tokens do not fit into a context of " + context);
    this.tokens = tokens;
    this.context = context;
  }

  /** The tokens that were to be held. */
  public int tokens() {
    return tokens;
  }

  /** The tokens that can be held. */
  public int context() {
    return context;
  }
}
