package dev.jora.template;

/** A template that cannot be parsed, or that failed at work: where, and why. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  TemplateException(String name, int line, int column, String message, Throwable cause) {
    super(name + ", line " + line + ", column " + column + ": " + message, cause);
    this.line = line;
    this.column = column;
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
