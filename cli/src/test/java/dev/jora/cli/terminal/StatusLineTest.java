package dev.jora.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StatusLineTest {
  private static final StatusLine LINE = new StatusLine("SmolLM2-135M-Instruct", 1234, 8192, 45.61);

  @Test
  void whatMattersLeastGoesFirst() {
    assertEquals("SmolLM2-135M-Instruct · 1234/8192 tokens · 45.6 t/s", LINE.text(80));
    assertEquals("SmolLM2-135M-Instruct · 1234/8192 tokens · 45.6 t/s", LINE.text(51));
    assertEquals("SmolLM2-135M-Instru… · 1234/8192 tokens · 45.6 t/s", LINE.text(50));
    assertEquals("SmolLM2… · 1234/8192 tokens · 45.6 t/s", LINE.text(38));
    assertEquals("1234/8192 tokens · 45.6 t/s", LINE.text(37));
    assertEquals("1234/8192 · 45.6 t/s", LINE.text(26));
    assertEquals("1234/8192", LINE.text(19));
    assertEquals("1234", LINE.text(8));
    assertEquals("", LINE.text(3));
  }

  @Test
  void isNeverWider() {
    for (String model : new String[] {"", "x", "東京モデル-7B", "a\033[31m\nb", "👨‍👩‍👧".repeat(9)}) {
      for (int width = 0; width < 90; width++) {
        String text = new StatusLine(model, 7, 100000, 0).text(width);
        assertTrue(Columns.of(text) <= width, text);
        assertEquals(-1, text.indexOf('\033'));
        assertEquals(-1, text.indexOf('\n'));
      }
    }
  }

  @Test
  void noSpeedWithoutAnAnswer() {
    assertEquals("m · 0/10 tokens", new StatusLine("m", 0, 10, Double.NaN).text(40));
    assertEquals("m · 0/10 tokens", new StatusLine("m", 0, 10, 0).text(40));
    assertEquals("0/10 tokens", new StatusLine("", 0, 10, 0).text(40));
  }
}
