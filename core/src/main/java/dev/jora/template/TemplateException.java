package dev.jora.template;

/** A template that cannot be parsed, or that failed at work: where, and why. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What values a message shows can have any length. */
  private static final int LONGEST = 2000;

  private final int line;
  private final int column;

  TemplateException(String name, int line, int column, String message, Throwable cause) {
    super(name + ", line " + line + ", column " + column + ": " + shown(message), cause);
    this.line = line;
    this.column = column;
  }

  private static String shown(String message) {
    return message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "…";
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
