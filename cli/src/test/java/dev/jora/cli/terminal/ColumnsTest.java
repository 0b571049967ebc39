package dev.jora.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ColumnsTest {
  /** Widths that the wcwidth library of Python gives (0.7.0, Unicode 17). */
  private static Map<String, Integer> widths() {
    Map<String, Integer> widths = new LinkedHashMap<>();
    widths.put("", 0);
    widths.put("abc", 3);
    widths.put("\u00e9", 1);
    widths.put("e\u0301", 1);
    widths.put("a\u0301\u0302\u0323", 1);
    widths.put("Жизнь", 5);
    widths.put("שלום", 4);
    widths.put("ש\u05b8\u05c1לו\u05b9ם", 4);
    widths.put("سلام", 4);
    widths.put("م\u064f\u062d\u064eم\u064e\u0651\u062f", 4);
    widths.put("東京", 4);
    widths.put("か\u3099", 2);
    widths.put("ｶﾞ", 2);
    widths.put("ＡＢ", 4);
    widths.put("\u3000", 2);
    widths.put("、。", 4);
    widths.put("한국", 4);
    widths.put("\u1112\u1161\u11ab", 2);
    widths.put("\u1100\u1161", 2);
    widths.put("\u0e44\u0e17\u0e22", 3);
    widths.put("\u0e19\u0e49\u0e33", 2);
    widths.put("\u0928\u093f", 2);
    widths.put("\u0b95\u0bca", 2);
    widths.put("\u1797\u17b6\u179f\u17b6", 4);
    widths.put("👍", 2);
    widths.put("👍\ud83c\udffd", 2);
    widths.put("\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67", 2);
    widths.put("\ud83d\udc69\u200d\u2764\ufe0f\u200d\ud83d\udc8b\u200d\ud83d\udc68", 2);
    widths.put("\ud83e\uddd1\ud83c\udffb\u200d\ud83d\ude80", 2);
    widths.put("\ud83c\udff3\ufe0f\u200d\ud83c\udf08", 2);
    widths.put("\ud83c\udff4\u200d\u2620\ufe0f", 2);
    widths.put("\ud83d\udc3b\u200d\u2744\ufe0f", 2);
    widths.put("🇩🇪", 2);
    widths.put("🇩🇪🇫🇷", 4);
    widths.put("🇩", 2);
    widths.put(
        "\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc65\udb40\udc6e\udb40\udc67\udb40\udc7f", 2);
    widths.put("\u2764", 1);
    widths.put("\u2764\ufe0f", 2);
    widths.put("\u260e\ufe0f", 2);
    widths.put("⌚", 2);
    widths.put("⌚\ufe0e", 2);
    widths.put("1\ufe0f\u20e3", 2);
    widths.put("#\ufe0f\u20e3", 2);
    widths.put("*\ufe0f\u20e3", 2);
    widths.put("\u2122", 1);
    widths.put("\u2122\ufe0f", 2);
    widths.put("☐", 1);
    widths.put("☑", 1);
    widths.put("✅", 2);
    widths.put("\u26a0\ufe0f", 2);
    widths.put("•", 1);
    widths.put("│─", 2);
    widths.put("…", 1);
    widths.put("—", 1);
    widths.put("①", 1);
    widths.put("\u3297\ufe0f", 2);
    widths.put("\u200b", 0);
    widths.put("a\u200bb", 2);
    widths.put("\u200e\u200f\u061c", 0);
    widths.put("\ufeff", 0);
    widths.put("\u2060", 0);
    widths.put("\u00ad", 1);
    widths.put("\u0600", 1);
    widths.put("\u3164", 0);
    widths.put("\ufffd", 1);
    widths.put("\ue000", 1);
    widths.put("\ud835\udd18", 1);
    widths.put("\ud840\udc00", 2);
    widths.put("\ud83c\udc04", 2);
    widths.put("\ud83e\udee8", 2);
    return widths;
  }

  @Test
  void widthsAreThoseOfTerminals() {
    assertAll(
        widths().entrySet().stream()
            .map(w -> () -> assertEquals(w.getValue(), Columns.of(w.getKey()), w.getKey())));
  }

  @Test
  void neighboursDoNotJoin() {
    StringBuilder all = new StringBuilder();
    int columns = 0;
    for (Map.Entry<String, Integer> width : widths().entrySet()) {
      all.append(width.getKey()).append(' ');
      columns += width.getValue() + 1;
    }
    assertEquals(columns, Columns.of(all));
  }

  @Test
  void narrowHeadsOfSequencesTakeTwoColumns() {
    // wcwidth says 1 for the pointing finger, though no terminal shows a skin tone in one column.
    assertEquals(2, Columns.of("\u261d\ud83c\udffd"));
    // Terminals disagree about conjuncts; the greater width never lets a line overflow.
    assertEquals(3, Columns.of("\u0915\u094d\u0937\u093f"));
  }

  @Test
  void beginningsHaveWholeClusters() {
    assertEquals("東", Columns.beginning("東京", 3));
    assertEquals("e\u0301", Columns.beginning("e\u0301e", 1));
    assertEquals("", Columns.beginning("🇩🇪x", 1));
    assertEquals("🇩🇪", Columns.beginning("🇩🇪x", 2));
    assertEquals("東京", Columns.beginning("東京", 9));
  }

  @Test
  void shortenedTextEndsWithAnEllipsis() {
    assertEquals("東…", Columns.shortened("東京都", 4));
    assertEquals("東京", Columns.shortened("東京", 4));
    assertEquals("", Columns.shortened("a", 0));
    assertEquals("…", Columns.shortened("ab", 1));
  }

  @Test
  void linesBreakBetweenWordsAndNeverWithinACluster() {
    assertEquals(List.of("one two", "three"), Columns.wrapped("one two three", 8));
    assertEquals(List.of("one", "two"), Columns.wrapped("one two", 3));
    assertEquals(List.of("abcde", "f gh"), Columns.wrapped("abcdef gh", 5));
    assertEquals(List.of("東京", "都"), Columns.wrapped("東京都", 5));
    assertEquals(List.of("👨‍👩‍👧", "👨‍👩‍👧"), Columns.wrapped("👨‍👩‍👧👨‍👩‍👧", 3));
    assertEquals(List.of("東", "京"), Columns.wrapped("東京", 1), "too wide all the same");
    assertEquals(List.of(""), Columns.wrapped("", 5));
  }

  @Test
  void aRowGoesOnBelowItsSecondColumn() {
    assertEquals(
        List.of("/retry N    N answers", "            side by side"),
        Columns.wrappedRow("/retry N    N answers side by side", 24));
    assertEquals(
        List.of("file  /a/b", "      cdefgh"), Columns.wrappedRow("file  /a/b cdefgh", 13));
    assertEquals(List.of("a  b"), Columns.wrappedRow("a  b", 4));
    // no second column, or no room for it
    for (String text : List.of("one two three four", "  one two three", "a label as long  x y z")) {
      assertEquals(Columns.wrapped(text, 10), Columns.wrappedRow(text, 10), text);
    }
    for (String line : Columns.wrappedRow("模型  一个 很长 的名字 在这里 真的", 14)) {
      assertTrue(Columns.of(line) <= 14, line);
    }
  }
}
