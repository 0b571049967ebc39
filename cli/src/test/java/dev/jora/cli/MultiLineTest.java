package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class MultiLineTest {
  @Test
  void quotesAndBackslashesAskForMore() {
    assertTrue(MultiLine.isOpen("\"\"\"begun"));
    assertTrue(MultiLine.isOpen("begun\\"));
    assertFalse(MultiLine.isOpen("\"\"\"begun and\nended\"\"\""));
    assertFalse(MultiLine.isOpen("a \"\"\" within"));
    assertFalse(MultiLine.isOpen("pasted\nlines"));
  }

  @Test
  void marksAreNoPartOfTheWords() {
    assertEquals("one\ntwo", MultiLine.text("\"\"\"\none\ntwo\n\"\"\""));
    assertEquals("one\n  two", MultiLine.text("\"\"\"one\n  two\"\"\""));
    assertEquals("one\ntwo", MultiLine.text("one\\\ntwo"));
    assertEquals(" as it is ", MultiLine.text(" as it is "));
    assertEquals("never ended", MultiLine.text("\"\"\"never ended"));
    assertEquals("", MultiLine.text("\"\"\"\"\"\""));
  }
}
