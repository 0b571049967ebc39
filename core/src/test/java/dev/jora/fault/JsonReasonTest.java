package dev.jora.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jora.chat.tools.ToolJson;
import dev.jora.chat.tools.ToolsException;
import dev.jora.grammar.schema.JsonSchema;
import dev.jora.grammar.schema.SchemaException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a text that is no JSON, without a word about the parser. */
class JsonReasonTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{ ~ line 1, column 2: not JSON: unexpected end: an object is not closed",
        "[1, ~ line 1, column 4: not JSON: unexpected end",
        "[{} ~ line 1, column 4: not JSON: unexpected end: an array is not closed",
        "{\"a\" ~ line 1, column 5: not JSON: unexpected end",
        "\"abc ~ line 1, column 5: not JSON: unexpected end: a string is not closed",
        "{\"abc ~ line 1, column 6: not JSON: unexpected end: a string is not closed",
        "{a: 1} ~ line 1, column 3: not JSON: unexpected 'a': expected a key in double quotes",
        "{'a': 1} ~ line 1, column 3: not JSON: unexpected ''': expected a key in double quotes",
        "{\"a\" 1} ~ line 1, column 6: not JSON: unexpected '1': expected ':' behind a key",
        "{\"a\": 1 \"b\": 2} ~ line 1, column 9: not JSON: unexpected '\"': expected ',' or '}'",
        "[1 2] ~ line 1, column 4: not JSON: unexpected '2': expected ',' or ']'",
        "{\"a\": 1,} ~ line 1, column 9: not JSON: unexpected '}': expected a key in double quotes",
        "[1,] ~ line 1, column 4: not JSON: unexpected ']': expected a value",
        "[1} ~ line 1, column 3: not JSON: unexpected '}': expected ']'",
        "{\"a\": tru} ~ line 1, column 10: not JSON: unknown word 'tru': expected a value",
        "{\"a\": NaN} ~ line 1, column 10: not JSON: unknown word 'NaN': expected a value",
        "// x ~ line 1, column 1: not JSON: unexpected '/': JSON has no comments",
        "{\"a\": 1, \"a\": 2} ~ line 1, column 13: not JSON: the key 'a' comes twice",
        "{} {} ~ line 1, column 4: not JSON: something stands behind the end of the value",
        "{} x ~ line 1, column 4: not JSON: unknown word 'x': expected a value",
        "[01] ~ line 1, column 3: not JSON: a number begins with a needless 0",
        "[1.] ~ line 1, column 4: not JSON: unexpected ']' in a number",
        "[\"\\q\"] ~ line 1, column 4: not JSON: '\\q' is no escape of JSON",
        "[\"\\u12g4\"] ~ line 1, column 7: not JSON: unexpected 'g': \\u needs four hexadecimal"
            + " digits",
      })
  void faultsAreTold(String json, String told) {
    String schema =
        assertThrows(SchemaException.class, () -> JsonSchema.grammar(json, false)).getMessage();
    String tools = assertThrows(ToolsException.class, () -> ToolJson.read(json)).getMessage();
    assertEquals("JSON schema, " + tools, schema);
    assertFalse(tools.matches("(?s).*(Feature|Source|marker|token|`|java).*"), tools);
    assertEquals(
        told.replaceFirst("column \\d+", "column"), tools.replaceFirst("column \\d+", "column"));
  }

  @ParameterizedTest
  @CsvSource({"10, 10", "1, 1"})
  void controlCharactersAreTold(int code, String shown) {
    String json = "[\"a" + (char) code + "b\"]";
    String told = assertThrows(ToolsException.class, () -> ToolJson.read(json)).getMessage();
    assertFalse(told.contains("CTRL"), told);
    assertEquals(
        "a control character (code " + shown + ") stands in a string: write it as an escape",
        told.replaceFirst(".*not JSON: ", ""));
  }
}
