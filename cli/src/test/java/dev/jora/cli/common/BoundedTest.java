package dev.jora.cli.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A message that quotes a file stays a sentence, however long the file's line is. */
final class BoundedTest {
  @Test
  void longQuotesAreCutInTheMiddle() {
    String message = "m.csv, line 1: expected five fields, found '" + "[".repeat(50_000) + "'";
    String bounded = Text.bounded(message);
    assertTrue(bounded.length() < 1100, bounded);
    assertTrue(bounded.startsWith("m.csv, line 1: expected five fields, found '["), bounded);
    assertTrue(bounded.endsWith("[[['"), bounded);
  }

  @Test
  void sentencesStayWhole() {
    assertEquals("a.gguf: no such file", Text.bounded("a.gguf: no such file"));
  }
}
