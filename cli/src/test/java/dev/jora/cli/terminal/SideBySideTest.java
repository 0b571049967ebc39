package dev.jora.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SideBySideTest {
  @Test
  void answersStandInColumns() {
    assertEquals(
        """
        [1]                      │ [2]
        A bold answer that is    │ • 東京
        too long for one line.   │
                                 │
        End                      │
        """,
        SideBySide.text(
            List.of("A **bold** answer that is too long for one line.\n\nEnd", "- 東京"),
            51,
            Style.NONE));
  }

  @Test
  void narrowColumnsStandBelowEachOther() {
    assertEquals(
        """
        [1]
        one

        [2]
        two
        """,
        SideBySide.text(List.of("one", "two"), 50, Style.NONE));
    assertEquals("[1]\none\n", SideBySide.text(List.of("one"), 10, Style.NONE));
    assertEquals("", SideBySide.text(List.of(), 80, Style.NONE));
  }

  @Test
  void stylesEndWithTheirColumn() {
    assertEquals(
        "\033[1m[1]\033[0m"
            + " ".repeat(21)
            + " \033[2m│\033[0m \033[1m[2]\033[0m\n\033[1mx\033[0m"
            + " ".repeat(23)
            + " \033[2m│\033[0m y\n",
        SideBySide.text(List.of("**x**", "y"), 51, Style.BASIC));
  }

  @Test
  void linesAreNeverWider() {
    String answer = "# 東京\n\n👨‍👩‍👧 and `code` " + "x".repeat(200) + "\n\n|a|b|\n|-|-|\n|c|d|\n";
    for (int n = 1; n < 5; n++) {
      for (int width = 8; width < 130; width++) {
        String text = SideBySide.text(Collections.nCopies(n, answer), width, Style.BASIC);
        for (String line : text.split("\n")) {
          assertTrue(Columns.of(Style.stripped(line)) <= width, line);
        }
      }
    }
  }
}
