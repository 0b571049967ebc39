package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code jora grammar}. */
class GrammarCommandTest {
  private static final String MODEL = Shared.testdata("jora-demo.gguf").toString();

  @TempDir Path folder;

  private static JoraProcess.Result grammar(String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("grammar", "-m", MODEL));
    words.addAll(List.of(more));
    return JoraWorker.run(words.toArray(String[]::new));
  }

  @Test
  void stepsAreThoseOfLlamaCpp() throws Exception {
    JsonNode cases = Golden.json(Shared.path("golden/grammar/smollm2.json")).get("cases");
    String model = Shared.path("models/SmolLM2-135M-Instruct.Q4_1.gguf").toString();
    int texts = 0;
    for (int i = 0; i < cases.size(); i += 4) {
      JsonNode each = cases.get(i);
      Path file = Files.writeString(folder.resolve("g.gbnf"), each.get("grammar").asText());
      for (JsonNode run : each.path("texts")) {
        Path text = Files.writeString(folder.resolve("text"), run.get("text").asText());
        JoraProcess.Result result =
            JoraWorker.run(
                "grammar", model, "--grammar-file", "" + file, "--text-file", "" + text, "--json");
        assertEquals(0, result.code(), result.err());
        JsonNode found = new ObjectMapper().readTree(result.text());
        assertEquals(run.get("accepted"), found.get("accepted"));
        assertEquals(run.get("tokens"), found.get("tokens"));
        assertEquals(run.get("steps").size(), found.get("steps").size());
        for (int s = 0; s < run.get("steps").size(); s++) {
          for (String key : List.of("allowed", "hash", "end")) {
            assertEquals(run.get("steps").get(s).get(key), found.get("steps").get(s).get(key));
          }
        }
        texts++;
      }
    }
    assertTrue(texts > 5, "" + texts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "ab ~ the text fits",
        "a ~ the text fits so far, and cannot end here: there could come 'b'",
        "xc ~ does not fit: there could come 'a'",
        "ab! ~ does not fit: the text must end before it",
      })
  void tellsWhereATextLeavesTheGrammar(String text, String verdict) throws Exception {
    JoraProcess.Result result = grammar("--grammar", "root ::= \"a\" \"b\"", "--text", text);
    assertEquals(0, result.code(), result.err());
    List<String> lines = result.text().lines().toList();
    assertEquals("rules 1, positions 3", lines.getFirst().split(", compiled")[0]);
    assertTrue(lines.getLast().contains(verdict), result.text());
  }

  @Test
  void theTextIsTakenToTheByte() throws Exception {
    Path text = Files.write(folder.resolve("t"), "é\r\n".getBytes(StandardCharsets.UTF_8));
    JoraProcess.Result whole =
        grammar("--grammar", "root ::= \"é\\r\\n\"", "--text-file", "" + text, "--json");
    assertTrue(new ObjectMapper().readTree(whole.text()).get("whole").asBoolean(), whole.text());
    Path empty = Files.write(folder.resolve("e"), new byte[0]);
    JoraProcess.Result none =
        grammar("--grammar", "root ::= \"a\"?", "--text-file", "" + empty, "--json");
    JsonNode found = new ObjectMapper().readTree(none.text());
    assertEquals(0, found.get("accepted").asInt());
    assertEquals(1, found.get("steps").size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "1 ~ line 2, column 7: there is no rule 'c' ~ root ::= b#b ::= c c",
        "1 ~ line 1, column 1: there is no rule 'root' ~ ''",
        "1 ~ is left-recursive ~ root ::= root?",
        "1 ~ line 1, column 10 ~ root ::= <nothing at all>",
      })
  void aBadGrammarIsToldWithItsPlace(int code, String message, String gbnf) throws Exception {
    Path file = Files.writeString(folder.resolve("bad.gbnf"), gbnf.replace('#', '\n'));
    JoraProcess.Result result = grammar("--grammar-file", "" + file);
    assertEquals(code, result.code(), result.err());
    assertEquals("", result.text());
    assertTrue(result.err().contains("bad.gbnf, "), result.err());
    assertTrue(result.err().contains(message), result.err());
    assertFalse(result.err().contains("(a bug?)"), result.err());
  }

  @Test
  void aSchemaThatIsTooLargeIsToldAsOne() throws Exception {
    String huge = "{\"const\": \"" + "ab".repeat(600_000) + "\"}";
    Path file = Files.writeString(folder.resolve("huge.json"), huge);
    JoraProcess.Result result = grammar("-jf", "" + file);
    assertEquals(1, result.code());
    assertTrue(result.err().contains("huge.json, at /const: it is too large"), result.err());
    assertFalse(result.err().contains("line"), result.err());
    JoraProcess.Result products =
        grammar("-j", "{\"allOf\": [{\"multipleOf\": 9973}, {\"multipleOf\": 9967}]}");
    assertEquals(1, products.code());
    assertTrue(products.err().contains("--json-schema, at /allOf: multiples"), products.err());
  }

  /** To judge a text is not to write one: here a schema means what it says. */
  @Test
  void otherPropertiesAreAllowedUnlessClosed() throws Exception {
    String[] schema = {"-j", "{\"properties\": {\"a\": {}}}", "--text", "{\"b\":1}"};
    assertTrue(grammar(schema).text().endsWith("the text fits\n"));
    List<String> words = new ArrayList<>(List.of(schema));
    words.add("--no-schema-open");
    assertTrue(grammar(words.toArray(String[]::new)).text().contains("does not fit"));
  }

  @Test
  void aWrongCommandLineIsTold() throws Exception {
    assertEquals(2, grammar().code());
    assertEquals(2, grammar("--grammar", "root ::= [a]", "--text", "a", "--text-file", "b").code());
    assertEquals(1, grammar("--grammar", "root ::= [a]", "--text-file", "none").code());
  }
}
