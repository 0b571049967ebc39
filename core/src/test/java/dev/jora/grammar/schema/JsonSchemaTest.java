package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        "{\"type\": \"number\", \"minimum\": 1, \"exclusiveMinimum\": true, \"maximum\": 3,"
            + " \"exclusiveMaximum\": false} ~ 2 ; 1.5 ; 3 ~ 1 ; 1.0 ; 3.5",
        "{\"type\": \"integer\", \"format\": \"int64\"} ~ 1 ; -12 ~ 1.5 ; \"1\" ; 1e3 ; 1.0 ; 01",
        "{\"type\": \"integer\", \"minimum\": -3, \"exclusiveMaximum\": 12, \"multipleOf\": 3} ~ -3"
            + " ; 0 ; 9 ~ -6 ; 1 ; 12 ; -0",
        "{\"type\": \"number\"} ~ 0 ; -1.5 ; 1e3 ; 2.5E-7 ~ 01 ; .5 ; +1 ; 1. ; NaN",
        "{\"type\": \"number\", \"minimum\": 0.5, \"maximum\": 1} ~ 0.5 ; 0.75 ; 1 ; 1.0 ~ 0.49 ;"
            + " 1.01 ; 0 ; 1e0",
        "{\"type\": [\"integer\", \"string\"], \"minimum\": 5} ~ 5 ; \"a\" ~ 4 ; 5.5",
        "{\"anyOf\": [{\"type\": \"integer\", \"maximum\": 3}, {\"type\": \"number\", \"minimum\":"
            + " 7}]} ~ 3 ; 7.5 ~ 5 ; 2.5",
        "{\"oneOf\": [{\"type\": \"integer\"}, {\"type\": \"number\", \"maximum\": 2}]} ~ 1.5 ; 3 ~"
            + " 1 ; 2.5 ; 1.0",
        "{\"type\": \"number\", \"not\": {\"type\": \"integer\"}} ~ 1.5 ~ 1 ; 1.0 ; 1.00",
        "{\"type\": \"string\", \"format\": \"date\"} ~ \"2024-02-29\" ~ \"2023-02-29\" ; \"x\"",
        "{\"enum\": [1.0, 2.50, 1e2]} ~ 1 ; 2.5 ; 100 ~ 1.0 ; 2.50 ; 3",
        "{\"const\": 12345678901234567890123} ~ 12345678901234567890123 ~ 1",
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
        "{\"type\": \"array\", \"uniqueItems\": true, \"items\": {\"enum\": [\"a\", \"b/\\\"\", 1,"
            + " null]}} ~ [] ; [\"a\"] ; [null,\"b/\\\"\",1,\"a\"] ~ [\"a\",\"a\"] ; [1,null,1] ;"
            + " [2]",
        "{\"type\": \"array\", \"uniqueItems\": true, \"items\": {\"enum\": [\"a\", \"b\", \"c\"]},"
            + " \"minItems\": 1, \"maxItems\": 2} ~ [\"a\"] ; [\"c\", \"b\"] ~ [] ;"
            + " [\"a\",\"b\",\"c\"] ; [\"b\",\"b\"]",
        "{\"type\": \"array\", \"uniqueItems\": true, \"items\": {\"type\": \"integer\","
            + " \"minimum\": -1, \"maximum\": 1}} ~ [] ; [-1,0,1] ~ [0,0] ; [0,-0] ; [2]",
        "{\"type\": \"array\", \"uniqueItems\": true, \"items\": {\"pattern\": \"^[ab]c?$\","
            + " \"type\": \"string\"}} ~ [\"a\",\"ac\",\"b\",\"bc\"] ~ [\"a\",\"b\",\"a\"]",
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
        "{\"type\": \"object\", \"oneOf\": [{\"properties\": {\"a\": {}}, \"additionalProperties\":"
            + " false}, {\"properties\": {\"a\": {}, \"b\": {}}, \"additionalProperties\": false}]}"
            + " ~ {\"b\":1} ; {\"a\":1,\"b\":2} ~ {} ; {\"a\":1} ; {\"c\":1} ; {\"b\":1,\"c\":2}",
        "{\"type\": \"object\", \"not\": {\"additionalProperties\": {\"type\": \"null\"}}} ~"
            + " {\"a\":1} ; {\"a\":null,\"b\":1} ; {\"a\":1,\"b\":null} ~ {} ; {\"a\":null}",
        "{\"type\": \"object\", \"not\": {\"propertyNames\": {\"maxLength\": 2}}, \"properties\":"
            + " {\"a\": {}, \"abc\": {}}} ~ {\"abc\":1} ; {\"a\":1,\"xyz\":2} ;"
            + " {\"x\":1,\"xyz\":2,\"y\":3} ~ {} ; {\"a\":1} ; {\"a\":1,\"x\":1}",
        "{\"type\": \"object\", \"if\": {\"additionalProperties\": false}, \"then\": {}, \"else\":"
            + " {\"required\": [\"a\"]}} ~ {} ; {\"a\":1} ; {\"a\":1,\"b\":2} ~ {\"b\":1}",
        "{\"type\": \"object\", \"not\": {\"not\": {\"not\": {\"patternProperties\": {\"^a\":"
            + " {\"type\": \"null\"}}}}}} ~ {\"a\":1} ; {\"b\":null,\"ab\":1} ~ {} ;"
            + " {\"a\":null,\"b\":1}",
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
}
