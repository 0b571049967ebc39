package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
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

/** Schemas, and the texts that they allow and refuse. */
class JsonSchemaTest {
  private static void check(String schema, String allowed, String refused) {
    SchemaTexts texts = SchemaTexts.of(schema);
    for (String text : allowed == null ? new String[0] : allowed.split(" ; ", -1)) {
      assertTrue(texts.allows(text), () -> schema + " allows " + text + grammar(schema));
    }
    for (String text : refused == null ? new String[0] : refused.split(" ; ", -1)) {
      assertFalse(texts.allows(text), () -> schema + " refuses " + text + grammar(schema));
    }
  }

  private static String grammar(String schema) {
    return "\n" + JsonSchema.grammar(schema, false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "true ~ null ; true ; 1 ; -1.5 ; \"a\" ; {\"a\": [1, {}]} ; [] ; [[], {}] ~ x ; {a:1} ;"
            + " [1,] ; {\"a\"}",
        "{} ~ null ; [1] ~ nil",
        "{\"type\": \"null\"} ~ null ~ true ; 1 ; \"null\"",
        "{\"type\": \"boolean\"} ~ true ; false ~ null ; 0 ; \"true\"",
        "{\"type\": [\"string\", \"null\"]} ~ null ; \"x\" ~ 1 ; true ; []",
        "{\"type\": \"string\", \"nullable\": true} ~ null ; \"x\" ~ 1",
        "{\"enum\": [\"a\", 1, null, [1, \"b\"], {\"k\": true}]} ~ \"a\" ; 1 ; null ; [1,\"b\"] ;"
            + " {\"k\":true} ~ \"b\" ; 2 ; [1] ; {} ; {\"k\":false}",
        "{\"const\": \"ü\\\"/\\n\"} ~ \"ü\\\"/\\n\" ~ \"u\"",
        "{\"type\": \"string\", \"minLength\": 2, \"maxLength\": 3} ~ \"ab\" ; \"äöü\" ; \"\\n"
            + "\\u00e4\" ~ \"a\" ; \"abcd\" ; 12",
        "{\"minLength\": 2} ~ 1 ; null ; {} ; \"ab\" ~ \"a\"",
        "{\"maxLength\": 0} ~ \"\" ; [] ~ \"a\"",
        "{\"type\": \"string\", \"pattern\": \"^a+b$\"} ~ \"ab\" ; \"aab\" ~ \"b\" ; \"abc\"",
        "{\"type\": \"string\", \"pattern\": \"b\", \"maxLength\": 2} ~ \"ab\" ; \"b\" ~ \"aa\" ;"
            + " \"aab\"",
      })
  void scalars(String schema, String allowed, String refused) {
    check(schema, allowed, refused);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"type\": \"object\"} ~ {} ; {\"a\":1} ; {\"a\":{\"b\":[]}} ; { \"a\" : 1 , \"b\" : 2 } ~"
            + " [] ; 1 ; {1:2} ; {\"a\":1,}",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"null\"}, \"b\": {\"type\":"
            + " \"boolean\"}}, \"required\": [\"a\"], \"additionalProperties\": false} ~"
            + " {\"a\":null} ; {\"a\":null,\"b\":true} ; {\\n"
            + "  \"a\": null\\n"
            + "} ~ {} ; {\"b\":true} ; {\"b\":true,\"a\":null} ; {\"a\":null,\"c\":1} ; {\"a\":1}",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"null\"}, \"b\": {\"type\":"
            + " \"null\"}, \"c\": {\"type\": \"null\"}}, \"additionalProperties\": false} ~ {} ;"
            + " {\"a\":null} ; {\"b\":null} ; {\"a\":null,\"c\":null} ;"
            + " {\"a\":null,\"b\":null,\"c\":null} ~ {\"c\":null,\"a\":null} ; {,\"a\":null} ;"
            + " {\"a\":null,}",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"null\"}}} ~ {} ; {\"a\":null}"
            + " ; {\"b\":1} ; {\"a\":null,\"b\":1,\"aa\":2} ~ {\"a\":1} ; {\"b\":1,\"a\":1} ;"
            + " {\"b\":1,\"a\":null}",
        "{\"type\": \"object\", \"additionalProperties\": {\"type\": \"boolean\"}} ~ {} ;"
            + " {\"a\":true,\"b\":false} ~ {\"a\":1}",
        "{\"type\": \"object\", \"patternProperties\": {\"^a\": {\"type\": \"null\"}, \"b$\":"
            + " {\"type\": [\"null\", \"boolean\"]}}, \"additionalProperties\": false} ~ {} ;"
            + " {\"a\":null,\"b\":true} ; {\"ab\":null} ~ {\"ab\":true} ; {\"c\":1}",
        "{\"type\": \"object\", \"properties\": {\"ab\": {\"type\": \"boolean\"}},"
            + " \"patternProperties\": {\"^a\": {\"enum\": [true, 1]}}} ~ {\"ab\":true} ;"
            + " {\"ac\":1} ; {\"x\":null} ~ {\"ab\":false} ; {\"ab\":1}",
        "{\"type\": \"object\", \"propertyNames\": {\"pattern\": \"^[a-c]+$\"}} ~ {} ; {\"abc\":1}"
            + " ~ {\"d\":1}",
        "{\"type\": \"object\", \"propertyNames\": {\"enum\": [\"p\", \"q\"]}, \"properties\":"
            + " {\"p\": {\"type\": \"null\"}, \"r\": true}} ~ {} ; {\"p\":null,\"q\":1} ~ {\"r\":1}"
            + " ; {\"p\":1}",
        "{\"type\": \"object\", \"minProperties\": 2, \"maxProperties\": 3} ~ {\"a\":1,\"b\":2} ;"
            + " {\"a\":1,\"b\":2,\"c\":3} ~ {} ; {\"a\":1} ; {\"a\":1,\"b\":2,\"c\":3,\"d\":4}",
        "{\"type\": \"object\", \"properties\": {\"a\": {}, \"b\": {}, \"c\": {}},"
            + " \"additionalProperties\": false, \"minProperties\": 1, \"maxProperties\": 2} ~"
            + " {\"a\":1} ; {\"b\":1,\"c\":2} ~ {} ; {\"a\":1,\"b\":2,\"c\":3}",
        "{\"type\": \"object\", \"properties\": {\"a\": {}, \"b\": {}}, \"required\": [\"b\"],"
            + " \"minProperties\": 2, \"maxProperties\": 3} ~ {\"a\":1,\"b\":2} ; {\"b\":1,\"c\":2}"
            + " ; {\"b\":1,\"c\":2,\"d\":3} ~ {\"b\":1} ; {\"a\":1,\"b\":2,\"c\":3,\"d\":4}",
        "{\"maxProperties\": 0} ~ {} ; 1 ~ {\"a\":1}",
        "{\"type\": \"object\", \"required\": [\"x\", \"y\"]} ~ {\"x\":1,\"y\":2} ;"
            + " {\"x\":1,\"y\":2,\"z\":3} ~ {} ; {\"x\":1} ; {\"y\":1}",
        "{\"type\": \"object\", \"properties\": {\"a\": false}} ~ {} ; {\"b\":1} ~ {\"a\":1}",
        "{\"type\": \"object\", \"dependentRequired\": {\"a\": [\"b\"]}, \"properties\": {\"a\":"
            + " true, \"b\": true}, \"additionalProperties\": false} ~ {} ; {\"b\":1} ;"
            + " {\"a\":1,\"b\":2} ~ {\"a\":1}",
        "{\"type\": \"object\", \"dependencies\": {\"a\": [\"b\"], \"c\": {\"minProperties\": 2}},"
            + " \"properties\": {\"a\": true, \"b\": true, \"c\": true}, \"additionalProperties\":"
            + " false} ~ {} ; {\"b\":1} ; {\"a\":1,\"b\":2} ; {\"b\":1,\"c\":2} ~ {\"a\":1} ;"
            + " {\"c\":1} ; {\"a\":1,\"c\":1}",
        "{\"type\": \"object\", \"properties\": {\"a\\\"ü\\n"
            + "\": {\"type\": \"null\"}}, \"additionalProperties\": false} ~ {\"a\\\"ü\\n"
            + "\":null} ~ {\"a\":null}",
      })
  void objects(String schema, String allowed, String refused) {
    check(schema, allowed.replace("\\n  ", "\n  ").replace("null\\n}", "null\n}"), refused);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"type\": \"array\"} ~ [] ; [1] ; [1,\"a\",[],{}] ; [ 1 , 2 ] ~ {} ; [1,] ; [,1]",
        "{\"type\": \"array\", \"items\": {\"type\": \"boolean\"}} ~ [] ; [true,false] ~ [1] ;"
            + " [true,1]",
        "{\"type\": \"array\", \"items\": {\"type\": \"boolean\"}, \"minItems\": 1, \"maxItems\":"
            + " 3} ~ [true] ; [true,true,true] ~ [] ; [true,true,true,true]",
        "{\"type\": \"array\", \"items\": {\"type\": \"null\"}, \"maxItems\": 0} ~ [] ~ [null]",
        "{\"type\": \"array\", \"prefixItems\": [{\"type\": \"null\"}, {\"type\": \"boolean\"}]} ~"
            + " [] ; [null] ; [null,true] ; [null,true,1,2] ~ [true] ; [null,null]",
        "{\"type\": \"array\", \"prefixItems\": [{\"type\": \"null\"}, {\"type\": \"boolean\"}],"
            + " \"items\": false, \"minItems\": 1} ~ [null] ; [null,true] ~ [] ; [null,true,1]",
        "{\"type\": \"array\", \"items\": [{\"type\": \"null\"}], \"additionalItems\": {\"type\":"
            + " \"boolean\"}} ~ [] ; [null] ; [null,true,false] ~ [true] ; [null,null]",
        "{\"type\": \"array\", \"contains\": {\"type\": \"null\"}} ~ [null] ; [1,null] ;"
            + " [null,null,2] ~ [] ; [1] ; [1,2,3]",
        "{\"type\": \"array\", \"contains\": {\"const\": 1}, \"minItems\": 2, \"maxItems\": 3} ~"
            + " [1,2] ; [2,1] ; [2,3,1] ; [1,1,1] ~ [1] ; [2,3] ; [2,3,4] ; [1,2,3,4]",
        "{\"type\": \"array\", \"contains\": {\"const\": 1}, \"minContains\": 2} ~ [1,1] ;"
            + " [2,1,3,1,4] ~ [1] ; [1,2]",
        "{\"type\": \"array\", \"contains\": {\"const\": 1}, \"minContains\": 0} ~ [] ; [2] ~ {}",
        "{\"type\": \"array\", \"allOf\": [{\"contains\": {\"const\": 1}}, {\"contains\":"
            + " {\"const\": \"b\"}}], \"prefixItems\": [{\"type\": \"string\"}]} ~ [\"b\",1] ;"
            + " [\"a\",1,\"b\"] ; [\"a\",\"b\",1,2] ~ [1,\"b\"] ; [\"a\",1] ; [\"b\"]",
        "{\"type\": \"array\", \"uniqueItems\": true, \"maxItems\": 1} ~ [] ; [1] ~ [1,1]",
        "{\"type\": \"array\", \"uniqueItems\": false} ~ [1,1] ~ {}",
        "{\"type\": \"array\", \"minItems\": 3} ~ [1,2,3] ; [1,2,3,4] ~ [1,2]",
        "{\"type\": \"array\", \"prefixItems\": [true, false]} ~ [] ; [1] ~ [1,2]",
      })
  void arrays(String schema, String allowed, String refused) {
    check(schema, allowed, refused);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"anyOf\": [{\"type\": \"null\"}, {\"type\": \"boolean\"}]} ~ null ; true ~ 1",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"null\"}}, \"anyOf\":"
            + " [{\"required\": [\"a\"]}, {\"required\": [\"b\"]}]} ~ {\"a\":null} ; {\"b\":1} ;"
            + " {\"a\":null,\"b\":1} ~ {} ; {\"c\":1}",
        "{\"allOf\": [{\"properties\": {\"a\": {\"type\": \"null\"}}, \"required\": [\"a\"]},"
            + " {\"properties\": {\"b\": {\"type\": \"boolean\"}}}], \"type\": \"object\"} ~"
            + " {\"a\":null} ; {\"a\":null,\"b\":true} ~ {} ; {\"a\":1} ; {\"a\":null,\"b\":1}",
        "{\"type\": \"object\", \"allOf\": [{\"properties\": {\"a\": {}}, \"additionalProperties\":"
            + " {\"type\": \"boolean\"}}, {\"properties\": {\"b\": {}}}]} ~ {\"a\":1} ;"
            + " {\"a\":1,\"b\":true,\"c\":true} ~ {\"b\":1} ; {\"c\":1}",
        "{\"allOf\": [{\"type\": [\"string\", \"null\"]}, {\"type\": [\"string\", \"boolean\"],"
            + " \"minLength\": 2}], \"maxLength\": 3} ~ \"ab\" ; \"abc\" ~ null ; true ; \"a\" ;"
            + " \"abcd\"",
        "{\"oneOf\": [{\"type\": \"null\"}, {\"type\": \"boolean\"}]} ~ null ; true ~ 1",
        "{\"oneOf\": [{\"type\": [\"null\", \"boolean\"]}, {\"type\": [\"string\", \"boolean\"]}]}"
            + " ~ null ; \"a\" ~ true ; 1",
        "{\"oneOf\": [{\"type\": \"object\", \"properties\": {\"k\": {\"const\": \"a\"}, \"v\":"
            + " {\"type\": \"null\"}}, \"required\": [\"k\"], \"additionalProperties\": false},"
            + " {\"type\": \"object\", \"properties\": {\"k\": {\"const\": \"b\"}}, \"required\":"
            + " [\"k\"], \"additionalProperties\": false}]} ~ {\"k\":\"a\",\"v\":null} ;"
            + " {\"k\":\"b\"} ~ {\"k\":\"c\"} ; {\"k\":\"b\",\"v\":null} ; {}",
        "{\"type\": \"object\", \"oneOf\": [{\"required\": [\"a\"]}, {\"required\": [\"b\"]}]} ~"
            + " {\"a\":1} ; {\"b\":1} ; {\"a\":1,\"c\":2} ~ {} ; {\"a\":1,\"b\":2}",
        "{\"oneOf\": [{\"type\": \"string\", \"pattern\": \"^a\"}, {\"type\": \"string\","
            + " \"pattern\": \"b$\"}]} ~ \"a\" ; \"b\" ; \"cb\" ~ \"ab\" ; \"c\"",
        "{\"not\": {\"type\": [\"object\", \"array\", \"number\"]}} ~ null ; \"a\" ~ {} ; [] ; 1",
        "{\"type\": \"string\", \"not\": {\"enum\": [\"a\", \"b\"]}} ~ \"c\" ; \"aa\" ; \"\" ~"
            + " \"a\" ; \"b\" ; 1",
        "{\"not\": {\"const\": null}} ~ 1 ; {} ~ null",
        "{\"type\": \"object\", \"not\": {\"required\": [\"a\"]}} ~ {} ; {\"b\":1} ~ {\"a\":1}",
        "{\"type\": \"array\", \"not\": {\"contains\": {\"type\": \"null\"}}} ~ [] ; [1] ~ [null] ;"
            + " [1,null]",
        "{\"type\": \"array\", \"not\": {\"items\": {\"type\": \"null\"}}} ~ [1] ; [null,1] ~ [] ;"
            + " [null]",
        "{\"type\": \"object\", \"properties\": {\"k\": {\"enum\": [\"a\", \"b\"]}, \"v\": {}},"
            + " \"required\": [\"k\"], \"if\": {\"properties\": {\"k\": {\"const\": \"a\"}}},"
            + " \"then\": {\"required\": [\"v\"]}, \"else\": {\"properties\": {\"v\": false}}} ~"
            + " {\"k\":\"a\",\"v\":1} ; {\"k\":\"b\"} ~ {\"k\":\"a\"} ; {\"k\":\"b\",\"v\":1}",
        "{\"if\": {\"type\": \"string\"}, \"then\": {\"minLength\": 2}} ~ \"ab\" ; 1 ~ \"a\"",
        "{\"if\": {\"type\": \"string\"}} ~ \"a\" ; 1 ~ x",
        "{\"then\": false} ~ 1 ~ x",
        "{\"anyOf\": [{\"type\": \"string\"}, {}]} ~ 1 ; \"a\" ~ x",
      })
  void combinations(String schema, String allowed, String refused) {
    check(schema, allowed, refused);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"type\": \"null\"}}} ~ null ~ 1",
        "{\"$ref\": \"#/$defs/a\", \"enum\": [1, null], \"$defs\": {\"a\": {\"type\": \"null\"}}} ~"
            + " null ~ 1",
        "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"$ref\": \"#/definitions/a\","
            + " \"enum\": [1], \"definitions\": {\"a\": {\"type\": \"null\"}}} ~ null ~ 1",
        "{\"$ref\": \"#n\", \"$defs\": {\"a\": {\"$anchor\": \"n\", \"type\": \"null\"}}} ~ null ~"
            + " 1",
        "{\"$id\": \"http://x/root.json\", \"$ref\": \"a.json\", \"$defs\": {\"a\": {\"$id\":"
            + " \"a.json\", \"type\": \"null\"}}} ~ null ~ 1",
        "{\"type\": \"object\", \"properties\": {\"next\": {\"$ref\": \"#\"}},"
            + " \"additionalProperties\": false} ~ {} ; {\"next\":{\"next\":{}}} ~ {\"next\":1} ;"
            + " {\"next\":{\"x\":1}}",
        "{\"$ref\": \"#/$defs/t\", \"$defs\": {\"t\": {\"type\": \"array\", \"items\": {\"anyOf\":"
            + " [{\"type\": \"null\"}, {\"$ref\": \"#/$defs/t\"}]}}}} ~ [] ; [null,[[null],[]]] ~"
            + " null ; [1]",
        "{\"allOf\": [{\"$ref\": \"#/$defs/t\"}], \"$defs\": {\"t\": {\"type\": \"object\","
            + " \"properties\": {\"a\": {\"allOf\": [{\"$ref\": \"#/$defs/t\"}, {\"maxProperties\":"
            + " 1}]}}}}} ~ {} ; {\"a\":{\"a\":{}},\"b\":1} ; {\"a\":{\"b\":1}} ~"
            + " {\"a\":{\"a\":{},\"b\":1}} ; {\"a\":1}",
        "{\"type\": \"object\", \"properties\": {\"v\": {}, \"next\": {\"oneOf\": [{\"type\":"
            + " \"null\"}, {\"$ref\": \"#\"}]}}, \"required\": [\"v\", \"next\"],"
            + " \"additionalProperties\": false} ~ {\"v\":1,\"next\":null} ;"
            + " {\"v\":1,\"next\":{\"v\":2,\"next\":null}} ~ {\"v\":1} ; {\"v\":1,\"next\":{}}",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"$ref\": \"#/$defs/endless\"}},"
            + " \"$defs\": {\"endless\": {\"type\": \"object\", \"properties\": {\"e\": {\"$ref\":"
            + " \"#/$defs/endless\"}}, \"required\": [\"e\"]}}} ~ {} ; {\"b\":1} ~ {\"a\":{}}",
      })
  void references(String schema, String allowed, String refused) {
    check(schema, allowed, refused);
  }

  @Test
  void pointersMayBeEscaped() {
    check(
        "{\"$ref\": \"#/definitions/a~1b%25\", \"definitions\": {\"a/b%\": {\"type\": \"null\"}}}",
        "null", "1");
  }

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
        "{\"enum\": 1} ~ at /enum: expected an array",
        "{\"anyOf\": {}} ~ at /anyOf: expected an array of schemas",
        "{\"pattern\": \"(\"} ~ at /pattern: ",
        "{\"patternProperties\": {\"(\": {}}} ~ at /patternProperties: ",
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
        "{\"oneOf\": [{\"additionalProperties\": false}, {\"additionalProperties\": {\"type\":"
            + " \"null\"}}]} ~ /oneOf: alternatives 0 and 1 may both allow a value",
        "{\"not\": {\"propertyNames\": {\"maxLength\": 3}}} ~ /not: ",
        "{\"if\": {\"additionalProperties\": false}, \"then\": {\"required\": [\"a\"]}} ~ /if: ",
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
        "{\"type\": \"object\", \"oneOf\": [{\"additionalProperties\": false},"
            + " {\"additionalProperties\": {\"type\": \"null\"}}]} ~ {} ; {\"a\":null} ~ {\"a\":1}"
            + " ; 1",
        "{\"type\": \"object\", \"not\": {\"propertyNames\": {\"maxLength\": 3}}} ~ {} ; {\"a\":1}"
            + " ~ 1",
        "{\"type\": \"object\", \"if\": {\"additionalProperties\": false}, \"then\":"
            + " {\"maxProperties\": 0}, \"else\": {\"minProperties\": 2}} ~ {} ; {\"a\":1,\"b\":2}"
            + " ~ {\"a\":1}",
        "{\"type\": \"string\", \"$dynamicRef\": \"#x\"} ~ \"a\" ~ 1",
        "{\"multipleOf\": 0.123456789, \"type\": \"number\"} ~ 1 ~ \"a\"",
        "{\"type\": \"string\", \"pattern\": \"(a)\\\\1\"} ~ \"b\" ~ 1",
      })
  void lenientLeavesOutWhatCannotBeEnforced(String schema, String allowed, String refused) {
    assertThrows(SchemaException.class, () -> JsonSchema.grammar(schema, false));
    SchemaTexts texts = SchemaTexts.ofGrammar(JsonSchema.grammar(schema, true));
    List.of(allowed.split(" ; ")).forEach(text -> assertTrue(texts.allows(text), text));
    List.of(refused.split(" ; ")).forEach(text -> assertFalse(texts.allows(text), text));
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

  @Test
  void rulesBearTheNameAskedFor() {
    String rules = JsonSchema.rules("args", JsonNodeFactory.instance.objectNode(), false);
    for (String line : rules.split("\n")) {
      assertTrue(line.startsWith("args ::=") || line.startsWith("args-"), line);
    }
    assertTrue(SchemaTexts.ofGrammar("root ::= \"<\" args \">\"\n" + rules).allows("<[1]>"));
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
