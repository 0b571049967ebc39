package dev.jora.cli.common;

/** Exit codes of every command. */
public final class ExitCode {
  /** Done. */
  public static final int OK = 0;

  /** The work failed: a bad file, too little memory, a prompt that is too long. */
  public static final int FAILURE = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** Ctrl+C; set by the JVM when the signal ends it. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
