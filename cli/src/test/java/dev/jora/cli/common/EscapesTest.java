package dev.jora.cli.common;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class EscapesTest {
  @Test
  void escapesAreThoseOfLlamaCpp() {
    assertEquals("a\nb\t\"\\'", Escapes.unescape("a\\nb\\t\\\"\\\\\\'"));
    assertEquals("A\\x4", Escapes.unescape("\\x41\\x4"));
    assertEquals("\\q\\", Escapes.unescape("\\q\\"));
    assertEquals("é", Escapes.unescape("\\xc3\\xa9"));
    assertEquals("\\xzz", Escapes.unescape("\\xzz"));
  }
}
