package dev.jora.chat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tools as requests have them, and what is wrong with such. */
class ToolsTest {
  private static final String ONE = "[{'type': 'function', 'function': {'name': 'f'}}]";

  private static Tools read(String text) {
    return Tools.read(text.replace('\'', '"'));
  }

  @Test
  void everythingIsRead() {
    Tools tools =
        read(
            "{'tools': [{'type': 'function', 'function': {'name': 'a.b-c_1', 'description': 'd',"
                + " 'strict': true, 'parameters': {'type': 'object', 'properties': {'x': {}}}}},"
                + " {'type': 'function', 'function': {'name': 'g', 'parameters': null}}],"
                + " 'tool_choice': {'type': 'function', 'function': {'name': 'g'}},"
                + " 'parallel_tool_calls': false}");
    assertEquals(List.of("a.b-c_1", "g"), tools.list().stream().map(Tool::name).toList());
    assertTrue(tools.list().getFirst().strict());
    assertEquals("d", tools.list().getFirst().description());
    assertEquals(List.of("g"), tools.callable().stream().map(Tool::name).toList());
    assertTrue(tools.choice().isForced());
    assertFalse(tools.parallel());
    assertEquals(Map.of(), tools.list().getLast().properties());
  }

  @Test
  void whatIsNotSaidIsAsInTheirApi() {
    Tools tools = read(ONE);
    assertEquals(ToolChoice.AUTO, tools.choice());
    assertTrue(tools.parallel());
    assertTrue(tools.areOffered());
    assertFalse(tools.choosing(ToolChoice.NONE).areOffered());
    assertFalse(Tools.of(null, null, null).areOffered());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "3 ~ tools: expected an array of tools, found 3",
        "{} ~ tools: expected an array of tools, or an object with 'tools', found an object",
        "{'tools': 1} ~ tools, at /tools: expected an array",
        "[[]] ~ tools, at /0: expected a tool",
        "[{'function': {'name': 'f'}}] ~ tools, at /0/type: expected \"function\", found nothing",
        "[{'type': 'function'}] ~ tools, at /0/function: expected an object",
        "[{'type': 'function', 'function': {}}] ~ tools, at /0/function/name: expected a name",
        "[{'type': 'function', 'function': {'name': 'f', 'description': 1}}] ~ /description",
        "[{'type': 'function', 'function': {'name': 'f', 'strict': 1}}] ~ /strict",
        "[{'type': 'function', 'function': {'name': 'f', 'parameters': []}}] ~ /parameters",
        "[{'type': 'function', 'function': {'name': 'f', 'parameters': {'properties': 1}}}] ~"
            + " /parameters/properties",
        "{'tools': [], 'tool_choice': 'required'} ~ there are no tools",
        "{'tools': [], 'tool_choice': 'maybe'} ~ tools, at /tool_choice: expected \"auto\"",
        "{'tools': [], 'parallel_tool_calls': 1} ~ at /parallel_tool_calls",
        "{'tools': [], 'tool_choice': {'type': 'function', 'function': {'name': 'f'}}} ~ names"
            + " \"f\"",
        "[1,] ~ line 1, column 4: not JSON: unexpected",
      })
  void faultsNameTheirPlace(String text, String message) {
    ToolsException e = assertThrows(ToolsException.class, () -> read(text));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void idsAreFitted() {
    assertEquals("abcdef123", ToolIds.fitted("abcdef123", 9));
    String fitted = ToolIds.fitted("call_1", 9);
    assertTrue(fitted.matches("[A-Za-z0-9]{9}"), fitted);
    assertEquals(fitted, ToolIds.fitted("call_1", 9));
    assertFalse(fitted.equals(ToolIds.fitted("call_2", 9)));
    assertEquals("call_1", ToolIds.fitted("call_1", 0));
  }
}
