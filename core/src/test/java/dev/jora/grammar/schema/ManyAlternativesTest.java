package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A {@code oneOf} of many alternatives is enforced soon, or refused soon. */
class ManyAlternativesTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  private static String alternatives(String keyword, int n, String each) {
    return IntStream.range(0, n)
        .mapToObj(i -> each.replace("#", "" + i))
        .collect(Collectors.joining(",", "{\"" + keyword + "\": [", "]}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {"{\"const\": \"n#\"}", "{\"const\": #}", "{\"enum\": [\"a#\", #]}"})
  void scalarsAreEnforced(String each) {
    assertTimeoutPreemptively(
        SOON,
        () ->
            assertEquals(
                JsonSchema.grammar(alternatives("anyOf", 60, each), false),
                JsonSchema.grammar(alternatives("oneOf", 60, each), false)));
    assertTimeoutPreemptively(
        SOON, () -> JsonSchema.grammar(alternatives("oneOf", 1000, each), false));
  }

  @Test
  void whatTwoAllowIsLeftOut() {
    String one =
        "{\"oneOf\": [{\"enum\": [1, 2]}, {\"enum\": [2, 3]}, {\"enum\": [3, 4, 2]}, {\"const\":"
            + " \"a\"}]}";
    assertEquals(
        JsonSchema.grammar("{\"enum\": [1, 4, \"a\"]}", false), JsonSchema.grammar(one, false));
  }

  @Test
  void objectsAreRefused() {
    String each = "{\"type\": \"object\", \"properties\": {\"k\": {\"const\": #}}}";
    String told =
        assertTimeoutPreemptively(
            SOON,
            () ->
                assertThrows(
                        SchemaException.class,
                        () -> JsonSchema.grammar(alternatives("oneOf", 1000, each), false))
                    .getMessage());
    assertTrue(told.contains("at /oneOf: of more than 256 alternatives"), told);
  }
}
