package dev.jora.engine;

/** A text has more tokens than a model reads at once. */
public final class TextTooLongException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int text;
  private final int tokens;
  private final int most;

  TextTooLongException(int text, int tokens, int most) {
    super("text %d has %d tokens, and the model reads at most %d".formatted(text, tokens, most));
    this.text = text;
    this.tokens = tokens;
    this.most = most;
  }

  /** Which of the texts, counted from 0. */
  public int text() {
    return text;
  }

  /** Its tokens. */
  public int tokens() {
    return tokens;
  }

  /** The most that can be read. */
  public int most() {
    return most;
  }
}
