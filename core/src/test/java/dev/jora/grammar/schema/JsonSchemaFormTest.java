package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the texts and rules of a schema are written, and how large they may be. */
class JsonSchemaFormTest {
  @Test
  void rulesBearTheNameAskedFor() {
    String rules = JsonSchema.rules("args", JsonNodeFactory.instance.objectNode(), false);
    for (String line : rules.split("\n")) {
      assertTrue(line.startsWith("args ::=") || line.startsWith("args-"), line);
    }
    assertTrue(SchemaTexts.ofGrammar("root ::= \"<\" args \">\"\n" + rules).allows("<[1]>"));
  }

  /** For who is told that a grammar is too large. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "{'properties': {'a': {'type': 'integer'}, 'b': {'items': {'pattern': '^([a-z]+-)+$',"
            + " 'maxLength': 300}}}} @ /properties/b/items",
        "{'anyOf': [{'type': 'null'}, {'prefixItems': [{}, {'format': 'email', 'maxLength': 20}]}]}"
            + " @ /anyOf/1/prefixItems/1",
        "{'items': {'$ref': '#/$defs/x~1'}, '$defs': {'x/': {'properties': {'a~': {'pattern':"
            + " '^(a|bc){200}$'}, 'd': {}}}}} @ /$defs/x~1/properties/a~0",
        "{'$ref': '#/$defs/x~1', '$defs': {'x/': {'properties': {'a~': {'pattern':"
            + " '^(a|bc){200}$'}, 'd': {}}}}} @ /$defs/x~1/properties/a~0",
        "{'properties': {'a': {'pattern': '^(a|bc){200}$'}, 'b': {'pattern': '^(a|bd){200}$'},"
            + " 'c': {'pattern': '^(a|be){200}$'}}} @ ''",
        "{} @ ''",
      })
  void theLargestPartIsFound(String schema, String place) {
    JsonSchema.Reading how = new JsonSchema.Reading(false, true);
    String found = JsonSchema.largest(schema.replace('\'', '"'), how);
    assertEquals(place == null ? "" : place, found);
  }

  /** Names of properties make names of rules, which must not meet. */
  @Test
  void namesOfRulesDoNotMeet() {
    String names =
        IntStream.range(0, 12)
            .mapToObj(
                i -> List.of("", "-1", "-c1", "-char", "-rest2", "2", "ü", "-ü").get(i % 8) + i / 8)
            .map(
                name ->
                    "\"p"
                        + name
                        + "\": {\"type\": \"string\", \"pattern\": \"^"
                        + name
                        + "(ab|c)*$\"}")
            .collect(Collectors.joining(", "));
    String gbnf = JsonSchema.grammar("{\"properties\": {" + names + "}}", false);
    List<String> rules = gbnf.lines().map(line -> line.replaceFirst(" .*", "")).toList();
    assertEquals(rules.size(), Set.copyOf(rules).size(), gbnf);
    SchemaTexts texts = SchemaTexts.ofGrammar(gbnf);
    assertTrue(texts.allows("{\"p0\":\"0abc\",\"p-10\":\"-10c\"}"), gbnf);
    assertFalse(texts.allows("{\"p0\":\"0b\"}"), gbnf);
  }

  /** Closed, objects have what is named; what the schema says of others it means. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{'properties': {'a': {}}} ~ {'a':1} ~ {'a':1,'b':2}",
        "{'allOf': [{'properties': {'a': {}}}, {'properties': {'b': {}}}]} ~ {'a':1,'b':2} ~"
            + " {'c':1}",
        "{'properties': {'a': {}}, 'additionalProperties': {'type': 'null'}} ~ {'b':null} ~"
            + " {'b':1}",
        "{'properties': {'a': {}}, 'additionalProperties': true} ~ {'b':1} ~ {'b':x}",
        "{'properties': {'a': {}}, 'minProperties': 2} ~ {'a':1,'b':2} ~ {'a':1}",
        "{'type': 'object'} ~ {'b':1} ~ [1]",
        "{'properties': {'a': {'properties': {'x': {}}}}} ~ {'a':{'x':{'y':1}}} ~ {'a':{'y':1}}",
      })
  void closedObjectsHaveNoOtherProperties(String schema, String good, String bad) {
    JsonSchema.Reading closed = new JsonSchema.Reading(false, true);
    SchemaTexts texts =
        SchemaTexts.ofGrammar(JsonSchema.grammar(schema.replace('\'', '"'), closed));
    assertTrue(texts.allows(good.replace('\'', '"')), good);
    assertFalse(texts.allows(bad.replace('\'', '"')), bad);
  }

  /** No number behind a name makes it another one where its beginning is taken. */
  @ParameterizedTest
  @ValueSource(strings = {"space", "string", "char", "integer", "number", "value"})
  void namesThatBeginLikeRulesOfTheirOwnAreFound(String name) {
    String schema =
        "{'properties': {'s': {'type': 'string'}, 'n': {'type': 'number'}, '%s': {'properties':"
            + " {'name': {'minLength': 2}, 'other': {'pattern': 'x'}}, 'patternProperties':"
            + " {'^y': {'type': 'integer'}}}}}";
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          SchemaTexts texts = SchemaTexts.of(schema.formatted(name).replace('\'', '"'));
          assertTrue(texts.allows("{\"%s\":{\"y\":1}}".formatted(name)));
          assertFalse(texts.allows("{\"%s\":{\"y\":true}}".formatted(name)));
        });
  }

  @Test
  void blanksAreThoseOfLlamaCpp() {
    SchemaTexts texts = SchemaTexts.of("{\"type\": \"array\", \"items\": {\"type\": \"null\"}}");
    assertTrue(texts.allows("[\n\n" + " ".repeat(20) + "null ,\n\t null ]"));
    for (String text :
        List.of(
            "[  null]",
            "[\n\n\nnull]",
            "[\n" + " ".repeat(21) + "null]",
            "[\tnull]",
            " []",
            "[] ")) {
      assertFalse(texts.allows(text), text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"array\", \"items\": {\"type\": \"null\"}, \"minItems\": 1, \"maxItems\":"
            + " 1000000000}",
        "{\"type\": \"array\", \"items\": {\"type\": \"null\"}, \"maxItems\": 1e400}",
        "{\"type\": \"array\", \"items\": {\"type\": \"null\"}, \"minItems\": 1, \"maxItems\":"
            + " 2500}",
      })
  void largeBoundsCostLittle(String schema) {
    SchemaTexts texts = SchemaTexts.of(schema);
    assertTrue(texts.allows("[" + "null,".repeat(2499) + "null]"));
    assertEquals(schema.contains("2500"), !texts.allows("[" + "null,".repeat(2500) + "null]"));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "0,1",
    "0,2999",
    "999,1000",
    "1000,1000",
    "2000,5001",
    "2501,2501",
    "3000,3999",
    "4000,-1"
  })
  void blocksCountExactly(int min, int max) {
    String most = max < 0 ? "" : ", \"maxLength\": " + max;
    SchemaTexts texts = SchemaTexts.of("{\"type\": \"string\", \"minLength\": " + min + most + "}");
    for (int length :
        new int[] {
          0, 1, 2, 998, 999, 1000, 1001, 1999, 2000, 2001, 2500, 2501, 2502, 2998, 2999, 3000, 3001,
          3998, 3999, 4000, 4001, 5000, 5001, 5002, 9000
        }) {
      boolean expected = length >= min && (max < 0 || length <= max);
      assertEquals(
          expected,
          texts.allows("\"" + "é".repeat(length) + "\""),
          () -> min + " " + max + " " + length);
    }
  }

  private static String nested(String open, int times, String close) {
    return open.repeat(times) + "{}" + close.repeat(times);
  }

  /** Whatever is deep or large works or is refused, soon. */
  @Test
  void nothingIsTooDeepOrTooLarge() {
    List<String> schemas = new ArrayList<>();
    for (int times : new int[] {50, 150, 450, 100_000}) {
      schemas.add(nested("{\"not\":", times, "}"));
      schemas.add(nested("{\"allOf\":[", times, "]}"));
      schemas.add(nested("{\"oneOf\":[", times, ",{\"type\":\"null\"}]}"));
      schemas.add(nested("{\"if\":", times, ",\"else\":{\"type\":\"null\"}}"));
      schemas.add(nested("{\"properties\":{\"a\":", times, "}}"));
      schemas.add(nested("{\"items\":", times, "}"));
      schemas.add("{\"const\":" + nested("[", times, "]") + "}");
    }
    schemas.add(
        "{\"$ref\": \"#/$defs/0\", \"$defs\": {\"20000\": true, "
            + many(
                20_000,
                i -> "\"" + i + "\": {\"minLength\": 1, \"$ref\": \"#/$defs/" + (i + 1) + "\"}")
            + "}}");
    schemas.add(
        "{\"properties\": {" + many(5000, i -> "\"p" + i + "\": {\"type\": \"null\"}") + "}}");
    schemas.add(
        "{\"minProperties\": 900, \"properties\": {"
            + many(1000, i -> "\"p" + i + "\": {}")
            + "}}");
    schemas.add("{\"enum\": [" + many(5000, i -> "\"word " + i * 7919 + "\"") + "]}");
    schemas.add("{\"enum\": [" + many(5000, i -> "[" + i + "]") + "]}");
    schemas.add(
        "{\"allOf\": ["
            + many(
                30,
                i ->
                    "{\"anyOf\": [{\"required\": [\"a"
                        + i
                        + "\"]}, {\"required\": [\"b"
                        + i
                        + "\"]}]}")
            + "]}");
    schemas.add("{\"oneOf\": [" + many(30, i -> "{\"required\": [\"a" + i + "\"]}") + "]}");
    schemas.add(
        "{\"dependentRequired\": {" + many(30, i -> "\"a" + i + "\": [\"b" + i + "\"]") + "}}");
    schemas.add(
        "{\"unevaluatedProperties\": false, \"anyOf\": ["
            + many(30, i -> "{\"required\": [\"a" + i + "\"]}")
            + "]}");
    schemas.add(
        "{\"patternProperties\": {"
            + many(30, i -> "\"[" + i + "-9]x\": {\"minLength\": " + i + "}")
            + "}}");
    schemas.add("{\"contains\": {\"const\": 1}, \"minContains\": 1000}");
    schemas.add("{\"contains\": {\"const\": 1}, \"maxItems\": 100000}");
    schemas.add("{\"pattern\": \"a\", \"maxLength\": 1000000000}");
    schemas.add("{\"const\": 1e999999999}");
    schemas.add("{\"minimum\": 1e-999999999, \"maximum\": 1e999999999}");
    for (String schema : schemas) {
      String begin = schema.substring(0, Math.min(schema.length(), 150));
      assertTimeoutPreemptively(
          Duration.ofSeconds(60),
          () -> {
            try {
              SchemaTexts.of(schema);
            } catch (SchemaException e) {
              assertTrue(e.getMessage().length() < 600, e.getMessage());
              assertTrue(e.getMessage().startsWith("JSON schema"), e.getMessage());
            }
          },
          begin);
    }
  }

  private static String many(int count, IntFunction<String> each) {
    return IntStream.range(0, count).mapToObj(each).collect(Collectors.joining(", "));
  }
}
