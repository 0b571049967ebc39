package dev.jora.cli;

/** Exit codes of every command. */
final class ExitCode {
  /** Done. */
  static final int OK = 0;

  /** The work failed: a bad file, too little memory, a prompt that is too long. */
  static final int FAILURE = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  /** Ctrl+C; set by the JVM when the signal ends it. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
