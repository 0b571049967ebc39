package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.testing.Shared;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tools, as users of {@code run} and {@code chat} meet them. */
class ToolOptionsTest {
  private static final String MODEL = Shared.testdata("jora-demo.gguf").toString();

  private static final String TOOLS =
      """
      [{"type": "function", "function": {"name": "get_weather", "description": "Weather of a city",
        "parameters": {"type": "object", "properties": {
          "city": {"enum": ["Oslo", "Rome"]}, "days": {"type": "integer", "minimum": 1,
          "maximum": 9}}, "required": ["city", "days"], "additionalProperties": false}}},
       {"type": "function", "function": {"name": "now", "parameters": {"type": "object",
        "properties": {}, "additionalProperties": false}}}]
      """;

  @TempDir Path folder;
  private String tools;

  @BeforeEach
  void writeTools() throws Exception {
    tools = Files.writeString(folder.resolve("tools.json"), TOOLS).toString();
  }

  private JoraProcess.Result run(String... more) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of("run", "-m", MODEL, "-q", "-c", "4096", "-p", "Weather?", "--tools", tools));
    words.addAll(List.of(more));
    return JoraWorker.run(words.toArray(String[]::new));
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }

  @ParameterizedTest
  @CsvSource({"chatml", "llama3"})
  void aForcedCallIsACall(String template) throws Exception {
    for (int seed = 1; seed <= 4; seed++) {
      JoraProcess.Result result =
          run(
              "--chat-template",
              template,
              "--json",
              "--tool-choice",
              "get_weather",
              "-s",
              "" + seed);
      assertEquals(0, result.code(), result.err());
      JsonNode answer = json(result.text());
      assertEquals("", answer.get("text").asText());
      for (JsonNode call : answer.get("tool_calls")) {
        assertEquals("get_weather", call.at("/function/name").asText());
        assertTrue(call.get("id").asText().matches("\\w{9}"), call.toString());
        JsonNode arguments = json(call.at("/function/arguments").asText());
        assertTrue(arguments.get("city").asText().matches("Oslo|Rome"), call.toString());
        assertTrue(arguments.get("days").asInt() > 0, call.toString());
      }
      assertFalse(answer.get("tool_calls").isEmpty());
    }
  }

  @Test
  void aCallIsALineOfJson() throws Exception {
    JoraProcess.Result result = run("--chat-template", "chatml", "--tool-choice", "now", "-s", "2");
    assertEquals(0, result.code(), result.err());
    String line = result.text().lines().findFirst().orElseThrow();
    assertEquals("now", json(line).at("/tool_call/name").asText(), line);
  }

  @Test
  void noneIsNoToolAtAll() throws Exception {
    JoraProcess.Result none =
        run("--chat-template", "chatml", "--tool-choice", "none", "-s", "2", "-n", "20");
    JoraProcess.Result without =
        JoraWorker.run(
            "run",
            "-m",
            MODEL,
            "-q",
            "-c",
            "4096",
            "-p",
            "Weather?",
            "--chat-template",
            "chatml",
            "-s",
            "2",
            "-n",
            "20");
    assertEquals(without.text(), none.text());
  }

  @Test
  void inAPipeTheNextLineIsTheResult() throws Exception {
    Path talk = folder.resolve("talk.json");
    JoraProcess.Result result =
        JoraWorker.run(
            "Weather?\n\"\"\"18 degrees\nand rain\"\"\"\n".getBytes(StandardCharsets.UTF_8),
            "chat",
            "-m",
            MODEL,
            "-q",
            "-c",
            "4096",
            "--chat-template",
            "chatml",
            "--tools",
            tools,
            "--tool-choice",
            "now",
            "-n",
            "300",
            "-s",
            "1",
            "--save",
            talk.toString());
    assertEquals(0, result.code(), result.err());
    String first = result.text().lines().findFirst().orElseThrow();
    assertEquals("now", json(first).at("/tool_call/name").asText(), result.text());
    JsonNode messages = json(Files.readString(talk)).get("messages");
    assertEquals("user", messages.get(0).get("role").asText());
    JsonNode call = messages.get(1).at("/tool_calls/0");
    assertEquals("now", call.at("/function/name").asText());
    JsonNode found = messages.get(2);
    assertEquals("tool", found.get("role").asText());
    assertEquals(call.get("id"), found.get("tool_call_id"));
    assertEquals("18 degrees\nand rain", found.get("content").asText());
  }

  /** The line that would be its result is not taken for words. */
  @ParameterizedTest
  @CsvSource({"required, 20", "now, 30"})
  void aForcedCallThatIsCutEndsAPipe(String choice, String tokens) throws Exception {
    List<String> words = new ArrayList<>(List.of("chat", "-m", MODEL, "-q", "-c", "4096"));
    words.addAll(List.of("--chat-template", "chatml", "--tools", tools, "-s", "1"));
    words.addAll(List.of("--tool-choice", choice, "-n", tokens));
    byte[] lines = "Weather?\n18 degrees\n".getBytes(StandardCharsets.UTF_8);
    JoraProcess.Result result = JoraWorker.run(lines, words.toArray(String[]::new));
    assertEquals(1, result.code(), result.err());
    assertTrue(result.err().contains("a call had to come, and -n " + tokens), result.err());
    assertTrue(result.text().lines().count() <= 1, result.text());
  }

  private JoraProcess.Result chat(String lines, String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("chat", "-m", MODEL, "-q", "-c", "2048"));
    words.addAll(List.of("--chat-template", "chatml", "--tools", tools));
    words.addAll(List.of(more));
    return JoraWorker.run(lines.getBytes(StandardCharsets.UTF_8), words.toArray(String[]::new));
  }

  private String talk(String content, String more) throws Exception {
    return Files.writeString(
            folder.resolve("begun.json"),
            "[{\"role\": \"user\", \"content\": \"Weather?\"}, {\"role\": \"assistant\","
                + " \"content\": "
                + new ObjectMapper().writeValueAsString(content)
                + more
                + "}]")
        .toString();
  }

  /** However often it is cut, it becomes the call, and nothing of it is said twice. */
  @ParameterizedTest
  @CsvSource({"3, 60", "7, 30", "300, 1"})
  void aCallThatWasCutGoesOnAsACall(String tokens, int times) throws Exception {
    String begun = "Well, <tool_call>\n{\"name\": \"get_w";
    Path after = folder.resolve("after.json");
    JoraProcess.Result result =
        chat(
            "/continue\n".repeat(times),
            "--load",
            talk(begun, ""),
            "--save",
            after.toString(),
            "-n",
            tokens,
            "-s",
            "3");
    assertEquals(0, result.code(), result.err());
    String call = result.text().lines().filter(l -> l.startsWith("{\"tool_call")).findFirst().get();
    assertEquals("get_weather", json(call).at("/tool_call/name").asText());
    String before = result.text().substring(0, result.text().indexOf(call));
    assertFalse(before.contains("get_w") || before.contains("Well"), result.text());
    JsonNode message = json(Files.readString(after)).at("/messages/1");
    assertEquals("Well,", message.get("content").asText());
    assertEquals("get_weather", message.at("/tool_calls/0/function/name").asText());
  }

  @Test
  void toGoOnBehindACallIsToSayWhatItFound() throws Exception {
    String call =
        "\"tool_calls\": [{\"id\": \"abcdefghi\", \"type\": \"function\", \"function\":"
            + " {\"name\": \"now\", \"arguments\": \"{}\"}}]";
    Path after = folder.resolve("after.json");
    String lines = "/continue\nnoon\n";
    for (String choice : List.of("auto", "required")) {
      JoraProcess.Result result =
          chat(
              lines + "/continue\n/regen\n/retry 2\n/continue\n",
              "--load",
              talk("", ", " + call),
              "--save",
              after.toString(),
              "--tool-choice",
              choice,
              "-n",
              "5",
              "-s",
              "3");
      assertEquals(0, result.code(), result.err());
      JsonNode messages = json(Files.readString(after)).get("messages");
      assertEquals("noon", messages.get(2).get("content").asText(), messages.toString());
      assertFalse(messages.get(3).get("content").asText().isEmpty(), messages.toString());
      assertEquals(4, messages.size());
    }
  }

  @Test
  void whatDoesNotFitDoesNotGoOn() throws Exception {
    String begun = talk("<tool_call>{\"name\": \"nobody", "");
    JoraProcess.Result result = chat("/continue\n", "--load", begun, "-n", "5");
    assertEquals(1, result.code(), result.err());
    assertTrue(result.err().contains("does not fit the grammar; have it"), result.err());
  }

  @Test
  void callsAreShownSideBySide() throws Exception {
    String begun = talk("Well.", "");
    JoraProcess.Result result =
        chat("/retry 2\n", "--load", begun, "--tool-choice", "now", "-n", "300", "-s", "1");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.err().matches("(?s).*now\\(\\) +│ now\\(\\).*"), result.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "1 ~ [1] ~ at /0: expected a tool",
        "1 ~ {} ~ an array of tools, or an object with 'tools'",
        "1 ~ [ ~ line 1, column 2: not JSON: unexpected end: an array",
        "1 ~ [{'type': 'x'}] ~ at /0/type: expected \"function\", found \"x\"",
        "1 ~ [{'type': 'function', 'function': {'name': 'a b'}}] ~ at /0/function/name",
        "1 ~ [{'type': 'function', 'function': {'name': 'a', 'parameters': {'type': 'array'}}}]"
            + " ~ at /0/function/parameters/type",
        "1 ~ [{'type': 'function', 'function': {'name': 'a'}},"
            + " {'type': 'function', 'function': {'name': 'a'}}] ~ at /1/function/name",
      })
  void whatIsWrongWithTheFileIsToldWithItsPlace(int code, String text, String message)
      throws Exception {
    Files.writeString(Path.of(tools), text.replace('\'', '"'));
    JoraProcess.Result result = run("--chat-template", "chatml");
    assertEquals(code, result.code(), result.err());
    assertTrue(result.err().contains(message), result.err());
    assertTrue(result.err().contains("tools.json: "), result.err());
  }

  /** Such as is found when the grammar of calls is made. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{'type': 'object', 'properties': {'a': {'type': 'array', 'uniqueItems': true}}}"
            + " ~ /properties/a/uniqueItems",
        "{'type': 'object', 'properties': {'a': {'minLenght': 3}}} ~ /properties/a/minLenght",
        "{'type': 'object', 'properties': {'a': {'const': '\\ud800'}}} ~ surrogate",
      })
  void whatIsWrongWithASchemaIsToldWithFileAndTool(String schema, String message) throws Exception {
    Files.writeString(
        Path.of(tools),
        "[{\"type\": \"function\", \"function\": {\"name\": \"find_me\", \"strict\": true,"
            + " \"parameters\": "
            + schema.replace('\'', '"')
            + "}}]");
    for (String command : List.of("run", "chat")) {
      JoraProcess.Result result =
          JoraWorker.run(
              command, "-m", MODEL, "-q", "-c", "2048", "-p", "Hi", "-n", "3", "--tools", tools);
      assertEquals(1, result.code(), result.err());
      assertTrue(result.err().contains("tools.json: tool 'find_me'"), result.err());
      assertTrue(result.err().contains(message), result.err());
    }
  }

  @Test
  void whatCannotBeTogetherIsRefused() throws Exception {
    JoraProcess.Result raw = run("--raw");
    assertEquals(2, raw.code(), raw.err());
    assertTrue(raw.err().contains("--tools"), raw.err());
    JoraProcess.Result grammar = run("--grammar", "root ::= [a]");
    assertEquals(2, grammar.code(), grammar.err());
    for (String set : List.of("/set grammar root ::= [a]", "/set json-schema {}")) {
      byte[] lines = (set + "\nHi\n").getBytes(StandardCharsets.UTF_8);
      JoraProcess.Result chat =
          JoraWorker.run(lines, "chat", "-m", MODEL, "-q", "-c", "4096", "--tools", tools);
      assertEquals(1, chat.code(), chat.err());
      assertTrue(chat.err().contains("cannot be with --tools"), chat.err());
    }
    JoraProcess.Result named = run("--tool-choice", "nothing");
    assertEquals(1, named.code(), named.err());
    assertTrue(named.err().contains("--tool-choice names \"nothing\""), named.err());
  }
}
