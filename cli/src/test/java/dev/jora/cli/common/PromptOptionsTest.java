package dev.jora.cli.common;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PromptOptionsTest {
  @Test
  void escapesAreThoseOfLlamaCpp() {
    assertEquals("a\nb\t\"\\'", PromptOptions.unescape("a\\nb\\t\\\"\\\\\\'"));
    assertEquals("A\\x4", PromptOptions.unescape("\\x41\\x4"));
    assertEquals("\\q\\", PromptOptions.unescape("\\q\\"));
    assertEquals("é", PromptOptions.unescape("\\xc3\\xa9"));
    assertEquals("\\xzz", PromptOptions.unescape("\\xzz"));
  }
}
