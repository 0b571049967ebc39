package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopStringsTest {
  private static String feed(StopStrings stops, String... pieces) {
    StringBuilder shown = new StringBuilder();
    for (String piece : pieces) {
      shown.append(stops.accept(piece));
      if (stops.found() != null) {
        break;
      }
    }
    return shown.append(stops.flush()).toString();
  }

  @Test
  void aStopStringOverSeveralPiecesNeverShows() {
    StopStrings stops = new StopStrings(List.of("User:"));
    assertEquals("Hello. ", feed(stops, "Hello. Us", "e", "r", ": more"));
    assertEquals("User:", stops.found());
  }

  @Test
  void aFalseBeginningIsShownInTheEnd() {
    StopStrings stops = new StopStrings(List.of("User:"));
    assertEquals("Use it. Us", feed(stops, "U", "se it. ", "Us"));
    assertNull(stops.found());
  }

  @Test
  void theEarliestOfSeveralWins() {
    StopStrings stops = new StopStrings(List.of("b", "abc"));
    assertEquals("x", feed(stops, "xabc"));
    assertEquals("abc", stops.found());
  }

  @Test
  void nothingIsHeldWithoutStopStrings() {
    assertEquals("any", new StopStrings(List.of("")).accept("any"));
  }

  @Test
  void anySplitShowsTheSame() {
    Random random = new Random(1);
    String text = "aababaabbabababbaaababab";
    for (int round = 0; round < 500; round++) {
      StopStrings stops = new StopStrings(List.of("abbab", "bbaaa"));
      StringBuilder shown = new StringBuilder();
      for (int i = 0; i < text.length() && stops.found() == null; ) {
        int end = Math.min(text.length(), i + 1 + random.nextInt(4));
        shown.append(stops.accept(text.substring(i, end)));
        i = end;
      }
      assertEquals(
          text.substring(0, text.indexOf("abbab")), shown.append(stops.flush()).toString());
    }
  }
}
