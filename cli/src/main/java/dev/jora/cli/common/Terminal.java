package dev.jora.cli.common;

import java.io.Console;

/**
 * Which of the standard streams are a terminal. The launcher says so, as only a shell can tell;
 * where none did, as on Windows, Java knows whether both stdin and stdout are.
 */
public final class Terminal {
  private static final String STREAMS = System.getProperty("jora.tty", console() ? "012" : "");

  private Terminal() {}

  private static boolean console() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** True if stdin is a terminal. */
  public static boolean stdin() {
    return STREAMS.contains("0");
  }

  /** True if stdout is a terminal. */
  public static boolean stdout() {
    return STREAMS.contains("1");
  }

  /** True if stderr is a terminal. */
  public static boolean stderr() {
    return STREAMS.contains("2");
  }
}
