package dev.jora.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class MultiLineTest {
  @Test
  void quotesAndBackslashesAskForMore() {
    assertTrue(MultiLine.isQuoteOpen("\"\"\"begun"));
    assertTrue(MultiLine.goesOn("begun\\"));
    assertFalse(MultiLine.isQuoteOpen("\"\"\"begun and\nended\"\"\""));
    assertFalse(MultiLine.isQuoteOpen("a \"\"\" within"));
    assertFalse(MultiLine.goesOn("pasted\nlines"));
  }

  @Test
  void quotesAreNoPartOfTheWords() {
    assertEquals("one\ntwo", MultiLine.text("\"\"\"\none\ntwo\n\"\"\""));
    assertEquals("one\n  two", MultiLine.text("\"\"\"one\n  two\"\"\""));
    assertEquals("cc a.c \\\n -o a", MultiLine.text("cc a.c \\\n -o a"));
    assertEquals(" as it is ", MultiLine.text(" as it is "));
    assertEquals("never ended", MultiLine.text("\"\"\"never ended"));
    assertEquals("", MultiLine.text("\"\"\"\"\"\""));
  }
}
