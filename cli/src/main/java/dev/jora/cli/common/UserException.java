package dev.jora.cli.common;

/** A failure that one sentence explains: what was wrong, and what to do. */
public final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;

  /** The work failed. */
  public UserException(String message) {
    this(message, null);
  }

  /** The work failed. */
  public UserException(String message, Throwable cause) {
    this(message, cause, ExitCode.FAILURE);
  }

  private UserException(String message, Throwable cause, int code) {
    super(message, cause);
    this.code = code;
  }

  /** The command line is wrong, in a way that no single option shows. */
  public static UserException usage(String message) {
    return usage(message, null);
  }

  /** The command line is wrong: a value that its option cannot have. */
  public static UserException usage(String message, Throwable cause) {
    return new UserException(message, cause, ExitCode.USAGE);
  }

  /** The exit code. */
  public int code() {
    return code;
  }
}
