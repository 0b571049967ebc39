package dev.jora.cli.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JsonTest {
  private static final List<String> BROKEN =
      List.of(
          "",
          " \n",
          "[",
          "[1,",
          "{\"a\":1]",
          "[{\"role\": \"user\"}] x",
          "[] []",
          "{} {",
          "[NaN]",
          "[//]",
          "[#]",
          "[" + "1".repeat(2000) + "]",
          "[".repeat(3000),
          "{\"a",
          "{'a': 1}",
          "[01]",
          "[\"\\x\"]",
          "[\"a\nb\"]");

  /** Nothing of how the parser is called or set up, which no user can change. */
  private static void assertInWords(UserException e, String begin) {
    assertTrue(e.getMessage().startsWith(begin), e.getMessage());
    assertFalse(
        e.getMessage().matches("(?s).*(`|Source|Feature|No content to map|Infinity').*"),
        e.getMessage());
  }

  @Test
  void whatIsNoJsonIsSaidInWords() {
    for (String json : BROKEN) {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      assertInWords(
          assertThrows(UserException.class, () -> Json.read("x.json", bytes), json),
          "x.json is no JSON: ");
      UserException e =
          assertThrows(UserException.class, () -> Json.object("--kwargs", json), json);
      assertInWords(e, "--kwargs is no JSON: ");
      assertEquals(ExitCode.USAGE, e.code());
    }
    assertEquals(Map.of("a", BigInteger.ONE), Json.object("--kwargs", " {\"a\": 1} \n"));
    byte[] marked = "\ufeff[1]\n".getBytes(StandardCharsets.UTF_8);
    assertEquals(1, ((List<?>) Json.read("x.json", marked)).size());
  }
}
