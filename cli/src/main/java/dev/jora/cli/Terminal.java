package dev.jora.cli;

import java.io.Console;

/**
 * Which of the standard streams are a terminal. The launcher says so, as only a shell can tell;
 * where none did, as on Windows, Java knows whether both stdin and stdout are.
 */
final class Terminal {
  private static final String STREAMS = System.getProperty("jora.tty", console() ? "012" : "");

  private Terminal() {}

  private static boolean console() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  static boolean stdin() {
    return STREAMS.contains("0");
  }

  static boolean stdout() {
    return STREAMS.contains("1");
  }

  static boolean stderr() {
    return STREAMS.contains("2");
  }
}
