package dev.jora.cli.common;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void controlsAreSpelledOut() {
    assertEquals("'a\\nb\\x1b'", Text.quoted("a\nb\u001b"));
  }

  @Test
  void whatComesFromFilesCannotTurnOrMoveText() {
    assertEquals("a\\x00\\x9b\\u202e\\u2066\\u2028é", Text.plain("a\0\u009b\u202e\u2066\u2028é"));
    assertEquals("a\n\tb\\x1b\\r", Text.message("a\n\tb\u001b\r"));
    assertEquals("\\xc3\\ud83d😀", Text.plain("\udcc3\ud83dx".replace("x", "") + "😀"));
  }

  @Test
  void paddingCountsColumns() {
    assertEquals("ab  ", Text.padded("ab", 4));
    assertEquals("東京", Text.padded("東京", 4));
    assertEquals("🌍  ", Text.padded("🌍", 4));
    assertEquals("e\u0301   ", Text.padded("e\u0301", 4));
  }

  @Test
  void barsAreInEighths() {
    assertEquals("██", Text.bar(1, 2));
    assertEquals("█▌", Text.bar(0.75, 2));
    assertEquals("", Text.bar(0, 2));
  }
}
