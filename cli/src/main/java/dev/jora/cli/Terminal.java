package dev.jora.cli;

/** Which of the standard streams are a terminal; the launcher says so, as only a shell can tell. */
final class Terminal {
  private static final String STREAMS = System.getProperty("jora.tty", "");

  private Terminal() {}

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
