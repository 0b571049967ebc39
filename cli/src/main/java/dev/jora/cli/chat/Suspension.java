package dev.jora.cli.chat;

import java.io.IOException;

/** What a terminal does at Ctrl+Z, for when a line editor reads that key. */
final class Suspension {
  private Suspension() {}

  /**
   * Stops this process and those that run with it in the foreground, until the shell has it go on.
   * Where nobody could do that, the system stops nothing; nor is anything stopped on Windows.
   */
  static void suspend() {
    try {
      // of the whole group, as by the terminal: a script that waits would hold the shell back
      new ProcessBuilder("sh", "-c", "kill -TSTP 0").inheritIO().start().waitFor();
    } catch (IOException e) {
      // no shell, so nothing to go back to
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
