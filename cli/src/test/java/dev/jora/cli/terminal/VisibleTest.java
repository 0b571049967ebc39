package dev.jora.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class VisibleTest {
  private static String visible(String... pieces) {
    StringBuilder out = new StringBuilder();
    Visible visible = new Visible(out::append);
    for (String piece : pieces) {
      visible.accept(piece);
    }
    visible.end();
    return out.toString();
  }

  @Test
  void controlsBecomePictures() {
    assertEquals("␛[31m␇␈␀␡", visible("\033[31m\007\b\0\177"));
    assertEquals("<U+009B>31m<U+0085>", visible("\u009b31m\u0085"));
  }

  @Test
  void directionsAreNotOverridden() {
    assertEquals("<U+202E>a<U+202C><U+2066>b<U+2069>", visible("\u202ea\u202c\u2066b\u2069"));
    assertEquals("\u200f\u200e\u061c", visible("\u200f\u200e\u061c"));
  }

  @Test
  void lineEndsAreOne() {
    assertEquals("a\nb\nc\nd\te", visible("a\r", "\nb\u2028c\r\nd\te"));
    assertEquals("a␍b␍␍\n␍", visible("a\rb\r", "\r\r", "\n\r"));
  }

  @Test
  void surrogatesComeInPairs() {
    assertEquals(
        "👍\ufffdx\ufffd\ufffd", visible("\ud83d", "\udc4d", "\ud83d", "x", "\udc4d\ud83d"));
    assertEquals("\ufffd👍", visible("\ud83d\ud83d\udc4d"));
  }

  @Test
  void aLineIsOneLine() {
    assertEquals("a b c␛", Visible.line("a\nb\tc\033"));
  }
}
