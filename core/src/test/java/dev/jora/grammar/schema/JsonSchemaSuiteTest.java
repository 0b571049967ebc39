package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The official tests of JSON schemas. */
class JsonSchemaSuiteTest {
  /** Why a schema may be refused. */
  private static final List<Pattern> REASONS =
      List.of(
              "/\\$ref: '[^']+' is no part of this document",
              "/\\$dynamicRef: what it refers to depends on who asks",
              "/uniqueItems: that no two items are the same cannot be enforced",
              "/maxContains: this cannot be enforced",
              "/multipleOf: multiples of 0.123456789 cannot be enforced",
              "/format: the format '(unknown|regex|uri-template|i(ri|dn)-[a-z]+|iri)' is not known")
          .stream()
          .map(Pattern::compile)
          .toList();

  private static List<Suite.Result> results;

  @BeforeAll
  static void run() throws IOException {
    results = Suite.run();
  }

  @Test
  void noSchemaAllowsOrRefusesTheWrongInstance() {
    assertEquals(List.of(), results.stream().flatMap(r -> r.wrong().stream()).toList());
  }

  @Test
  void schemasAreRefusedForNamedReasons() {
    results.forEach(
        result ->
            result
                .refused()
                .forEach(
                    (schema, why) ->
                        assertTrue(
                            REASONS.stream().anyMatch(reason -> reason.matcher(why).find()),
                            () -> result.file() + " " + schema + "\n" + why)));
  }

  /** Whoever changes the figures sees which: the main method of Suite writes them. */
  @Test
  void thePageHasTheFigures() throws IOException {
    String page = Files.readString(Suite.page());
    assertEquals(Suite.page(page, Suite.table(results)), page);
  }
}
