package dev.jora.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PlainPrinterTest {
  private static String printed(boolean safe, String... pieces) {
    StringBuilder out = new StringBuilder();
    PlainPrinter printer = new PlainPrinter(safe, out::append);
    for (String piece : pieces) {
      printer.accept(piece);
    }
    printer.finish();
    return out.toString();
  }

  @Test
  void textStaysAsItIs() {
    assertEquals("**a**  \n\n# b\n", printed(true, "**a*", "*  \n\n# b"));
    assertEquals("a\n", printed(true, "a\n"));
    assertEquals("", printed(true));
    assertEquals("\033[1m\r\n", printed(false, "\033[1m\r\n"));
  }

  @Test
  void terminalsAreSafe() {
    assertEquals("␛[1m\n", printed(true, "\033[", "1m\r", "\n"));
  }

  @Test
  void thinkingStandsBetweenTwoLines() {
    StringBuilder out = new StringBuilder();
    PlainPrinter printer = new PlainPrinter(true, out::append);
    printer.thinking(true);
    printer.accept("Hm.");
    printer.thinking(false);
    printer.accept("Yes.");
    printer.finish();
    assertEquals("[Start thinking]\nHm.\n[End thinking]\n\nYes.\n", out.toString());
  }

  @Test
  void textAppearsAtOnce() {
    StringBuilder out = new StringBuilder();
    PlainPrinter printer = new PlainPrinter(true, out::append);
    printer.accept("a");
    assertEquals("a", out.toString());
  }
}
