package dev.jora.grammar;

import dev.jora.fault.Sentence;

/** A grammar that cannot be used: where, and why. */
public final class GrammarException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;
  private final String reason;

  GrammarException(Place place, String message) {
    super(
        "grammar, line "
            + place.line()
            + ", column "
            + place.column()
            + ": "
            + Sentence.line(message));
    this.line = place.line();
    this.column = place.column();
    this.reason = Sentence.line(message);
  }

  /** Why, without where: for who knows the place otherwise. */
  public String reason() {
    return reason;
  }

  /** The line, from 1. */
  public int line() {
    return line;
  }

  /** The column in characters, from 1. */
  public int column() {
    return column;
  }
}
