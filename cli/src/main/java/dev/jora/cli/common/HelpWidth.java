package dev.jora.cli.common;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * How wide help and tables are: as {@code COLUMNS} says, else as the terminal is, else 80 columns.
 */
public final class HelpWidth {
  private static final int USUAL = 80;
  private static final int LEAST = 40;

  private HelpWidth() {}

  /** Columns of stdout. */
  public static int columns() {
    return columns(Terminal.stdout());
  }

  /** Columns of the terminal, if there is one. */
  public static int columns(boolean terminal) {
    int width = number(System.getenv("COLUMNS"));
    if (width <= 0 && terminal) {
      width = ofTerminal();
    }
    return width <= 0 ? USUAL : Math.max(LEAST, width);
  }

  /** As {@code stty size} says: rows and columns; 0 where it says nothing. */
  private static int ofTerminal() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroy();
        return 0;
      }
      byte[] size = stty.getInputStream().readAllBytes();
      String[] words = new String(size, StandardCharsets.US_ASCII).strip().split(" ");
      return words.length == 2 ? number(words[1]) : 0;
    } catch (IOException e) {
      return 0; // no stty, no terminal
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private static int number(String text) {
    try {
      return text == null ? 0 : Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
