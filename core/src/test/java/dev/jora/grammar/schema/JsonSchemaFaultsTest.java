package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemas that are none, that nothing satisfies, or that cannot be enforced. */
class JsonSchemaFaultsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"type\": \"array\", \"uniqueItems\": true} ~ /uniqueItems: ",
        "{\"properties\": {\"a/b\": {\"items\": {\"uniqueItems\": true}}}} ~ /items/uniqueItems: ",
        "{\"contains\": {}, \"maxContains\": 2} ~ /maxContains: this cannot be enforced",
        "{\"$ref\": \"http://example.com/s.json\"} ~ /$ref: 'http://example.com/s.json' is no part"
            + " of this document",
        "{\"$ref\": \"#/$defs/b\"} ~ /$ref: there is no '#/$defs/b'",
        "{\"$ref\": \"#\"} ~ refers to itself",
        "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"$ref\": \"#/$defs/b\"}, \"b\": {\"$ref\":"
            + " \"#/$defs/a\"}}} ~ refers to itself",
        "{\"anyOf\": [{\"type\": \"null\"}, {\"$ref\": \"#\"}]} ~ refers to itself",
        "{\"$dynamicRef\": \"#a\"} ~ /$dynamicRef: ",
        "{\"type\": \"string\", \"minLenght\": 3} ~ /minLenght: there is no such keyword; did you"
            + " mean 'minLength'?",
        "{\"type\": \"object\", \"propertes\": {}} ~ did you mean 'properties'?",
        "{\"type\": \"object\", \"requierd\": []} ~ did you mean 'required'?",
        "{\"type\": \"object\", \"additionalproperties\": false} ~ did you mean"
            + " 'additionalProperties'?",
        "{\"type\": \"strng\"} ~ at /type: expected null, boolean",
        "{\"type\": 5} ~ at /type: expected",
        "{\"properties\": []} ~ at /properties: expected an object",
        "{\"properties\": {\"a\": 1}} ~ at /properties/a: expected a schema",
        "{\"required\": \"a\"} ~ at /required: expected an array of strings, found \"a\"",
        "{\"minLength\": -1} ~ at /minLength: expected a whole number",
        "{\"minLength\": 1.5} ~ at /minLength: expected a whole number",
        "{\"multipleOf\": 0} ~ at /multipleOf: expected a number above 0",
        "{\"minimum\": 1, \"multipleOf\": 100003} ~ at /multipleOf: multiples of 100003 cannot be"
            + " enforced",
        "{\"multipleOf\": 9973, \"type\": \"integer\", \"minimum\": 1e17} ~ at /multipleOf: ",
        "{\"properties\": {\"a\": {\"minimum\": 1e10, \"maximum\": 1e12, \"multipleOf\": 9973}}} ~"
            + " at /properties/a/multipleOf: ",
        "{\"items\": {\"anyOf\": [{\"multipleOf\": 9973}, {\"multipleOf\": 9967}]}} ~ at"
            + " /items/anyOf: ",
        "{\"enum\": 1} ~ at /enum: expected an array",
        "{\"anyOf\": {}} ~ at /anyOf: expected an array of schemas",
        "{\"pattern\": \"(\"} ~ at /pattern: ",
        "{\"patternProperties\": {\"(\": {}}} ~ at /patternProperties: ",
        "{\"const\": \"\\ud800\"} ~ at /const: '\\ud800' is half a surrogate pair, which UTF-8",
        "{\"const\": \"a\\udc00b\"} ~ at /const: '\\udc00' is half a surrogate pair",
        "{\"enum\": [\"a\", \"\\ud83d\"]} ~ at /enum: '\\ud83d' is half a surrogate pair",
        "{\"const\": [{\"a\": \"\\ud800\"}]} ~ '\\ud800' is half a surrogate pair",
        "{\"format\": \"phone\"} ~ at /format: the format 'phone' is not known",
        "false ~ no value satisfies",
        "{\"type\": \"string\", \"enum\": [1]} ~ no value satisfies",
        "{\"type\": \"string\", \"minLength\": 3, \"maxLength\": 2} ~ no value satisfies",
        "{\"type\": \"object\", \"required\": [\"a\"], \"additionalProperties\": false} ~ no value"
            + " satisfies",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"$ref\": \"#\"}}, \"required\": [\"a\"]}"
            + " ~ no value satisfies",
        "{\"type\": \"array\", \"minItems\": 2, \"prefixItems\": [true], \"items\": false} ~ no"
            + " value satisfies",
        "{\"oneOf\": [{\"uniqueItems\": true}, {\"maxItems\": 2}]} ~ /oneOf: alternatives 0 and 1"
            + " may both allow a value",
        "{\"not\": {\"contains\": {\"const\": 1}, \"minContains\": 2}} ~ /not: ",
        "{\"if\": {\"uniqueItems\": true}, \"then\": {\"minItems\": 2}} ~ /if: ",
        "[] ~ at its root: expected a schema",
        "{\"a\": 1, \"a\": 2} ~ line 1, column",
        "{\"a\": ~ line 1, column",
        "`` ~ empty",
      })
  void faults(String schema, String message) {
    SchemaException e =
        assertThrows(SchemaException.class, () -> JsonSchema.grammar(schema, false));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertTrue(e.getMessage().toLowerCase().contains("json schema"), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"type\": \"array\", \"uniqueItems\": true, \"minItems\": 1} ~ [1,1] ~ []",
        "{\"type\": \"string\", \"format\": \"phone\", \"minLength\": 1} ~ \"a\" ~ \"\" ; 1",
        "{\"contains\": {\"const\": 1}, \"maxContains\": 1} ~ [1] ; [1,1] ~ [] ; [2]",
        "{\"type\": \"string\", \"minLenght\": 3} ~ \"a\" ~ 1",
        "{\"type\": \"array\", \"oneOf\": [{\"contains\": {\"const\": 1}, \"minContains\": 2},"
            + " {\"maxItems\": 3}]} ~ [] ; [1,1] ; [1,2,3,1] ~ [1,2,3,4]",
        "{\"type\": \"array\", \"not\": {\"contains\": {\"const\": 1}, \"minContains\": 2}} ~ [] ;"
            + " [1] ~ 1",
        "{\"type\": \"array\", \"if\": {\"contains\": {\"const\": 1}, \"minContains\": 2},"
            + " \"then\": {\"minItems\": 3}, \"else\": {\"maxItems\": 1}} ~ [] ; [1,1,1] ; [2] ~"
            + " [2,3] ; [1,1]",
        "{\"type\": \"string\", \"$dynamicRef\": \"#x\"} ~ \"a\" ~ 1",
        "{\"multipleOf\": 0.123456789, \"type\": \"number\"} ~ 1 ~ \"a\"",
        "{\"multipleOf\": 100003, \"minimum\": 1, \"maximum\": 9} ~ 1 ; 9 ~ 0 ; 10",
        "{\"multipleOf\": 9973, \"type\": \"integer\", \"minimum\": 1e17} ~ 200000000000000000 ~"
            + " \"a\"",
        "{\"multipleOf\": 9973, \"not\": {\"multipleOf\": 9967}} ~ 9973 ; 1 ~ 9967",
        "{\"type\": \"string\", \"pattern\": \"(a)\\\\1\"} ~ \"b\" ~ 1",
      })
  void lenientLeavesOutWhatCannotBeEnforced(String schema, String allowed, String refused) {
    assertThrows(SchemaException.class, () -> JsonSchema.grammar(schema, false));
    SchemaTexts texts = SchemaTexts.ofGrammar(JsonSchema.grammar(schema, true));
    List.of(allowed.split(" ; ")).forEach(text -> assertTrue(texts.allows(text), text));
    List.of(refused.split(" ; ")).forEach(text -> assertFalse(texts.allows(text), text));
  }

  /** Names of keys and properties are the user's, and stand in places and messages. */
  @Test
  void messagesAreOneShortLine() {
    String name = "a\\n\\r\\u0007" + "b".repeat(100_000);
    for (String schema :
        List.of(
            "{\"properties\": {\"" + name + "\": 1}}",
            "{\"minLe\\nngth\": 1}",
            "{\"type\": \"" + name + "\"}",
            "{\"format\": \"" + name + "\"}",
            "{\"$ref\": \"" + name + "\"}",
            "{\"pattern\": \"(" + name + "\"}")) {
      SchemaException e =
          assertThrows(SchemaException.class, () -> JsonSchema.grammar(schema, false));
      assertTrue(e.getMessage().chars().noneMatch(Character::isISOControl), e.getMessage());
      assertTrue(e.getMessage().length() < 2000, () -> e.getMessage().length() + " characters");
    }
  }

  @Test
  void lenientEnforcesWhatItCan() {
    String schema = "{\"type\": \"array\", \"items\": {\"enum\": [1, 2]}, \"uniqueItems\": true}";
    assertEquals(JsonSchema.grammar(schema, false), JsonSchema.grammar(schema, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": 1}",
        "{\"$ref\": \"#/x\"}",
        "{\"$ref\": \"#\"}",
        "{\"minLength\": \"1\"}",
        "{\"properties\": {\"a\": 1}}",
        "false",
        "[1"
      })
  void lenientIsNotBlind(String schema) {
    assertThrows(SchemaException.class, () -> JsonSchema.grammar(schema, true));
  }
}
