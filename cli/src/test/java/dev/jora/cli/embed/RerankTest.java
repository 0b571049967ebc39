package dev.jora.cli.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.cli.JoraProcess;
import dev.jora.cli.JoraWorker;
import dev.jora.gguf.GgufValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jora rerank} as a user meets it. */
class RerankTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path BERT = EmbedTest.model("bert-rank");

  @TempDir Path folder;

  private static JoraProcess.Result run(String stdin, Object... args) throws IOException {
    List<String> all = new ArrayList<>(List.of("rerank"));
    Stream.of(args).map(Object::toString).forEach(all::add);
    return JoraWorker.run(stdin.getBytes(StandardCharsets.UTF_8), all.toArray(String[]::new));
  }

  private static String ok(Object... args) throws IOException {
    JoraProcess.Result result = run("", args);
    assertEquals(0, result.code(), result.err());
    return result.text();
  }

  private static String refused(int code, Object... args) throws IOException {
    JoraProcess.Result result = run("", args);
    assertEquals(code, result.code(), result.err());
    assertEquals("", result.text());
    return result.err();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-rank", "bert-rank-labels", "qwen3-rank", "jina-bert-v2-rank"})
  void scoresAreLlamaCpps(String name) throws IOException {
    Path model = EmbedTest.model(name);
    JsonNode golden = MAPPER.readTree(model.resolveSibling("golden.json").toFile());
    for (JsonNode pair : golden.get("pairs")) {
      String document = pair.get("document").asText();
      JsonNode found =
          MAPPER.readTree(
              ok("-m", model, "-q", pair.get("query").asText(), "--json", "--no-escape", document));
      JsonNode result = found.get("results").get(0);
      double wanted = pair.get("scores").get(0).doubleValue();
      assertEquals(wanted, result.get("relevance_score").doubleValue(), 2e-3 * 3);
      assertEquals(pair.get("ids").size(), found.get("usage").get("prompt_tokens").asInt());
      assertEquals(name.equals("bert-rank-labels"), result.has("scores"));
      if (result.has("scores")) {
        int i = 0;
        for (JsonNode score : result.get("scores")) {
          assertEquals(pair.get("scores").get(i++).doubleValue(), score.doubleValue(), 6e-3);
        }
        assertEquals(3, i);
      }
    }
  }

  @Test
  void bestComesFirstAndEqualOnesKeepTheirOrder() throws IOException {
    List<String> lines =
        ok("-m", BERT, "-q", "what is a cat?", "The cat sat on the mat.", "water", "water")
            .lines()
            .toList();
    assertEquals(3, lines.size());
    assertTrue(lines.get(0).matches("-0\\.4\\d+\t1\twater"), lines.get(0));
    assertTrue(lines.get(1).matches("-0\\.4\\d+\t2\twater"), lines.get(1));
    assertTrue(lines.get(2).matches("-0\\.5\\d+\t0\tThe cat sat on the mat\\."), lines.get(2));
    assertEquals(
        lines.subList(0, 2),
        ok(
                "-m",
                BERT,
                "-q",
                "what is a cat?",
                "The cat sat on the mat.",
                "water",
                "water",
                "--top-n=2")
            .lines()
            .toList());
  }

  @Test
  void answersAsLlamaServer() throws IOException {
    JsonNode json =
        MAPPER.readTree(ok("-m", BERT, "--query", "a", "The cat", "water", "--json", "--top-n", 1));
    assertEquals("model.gguf", json.get("model").asText());
    assertEquals("list", json.get("object").asText());
    assertEquals(1, json.get("results").size());
    assertEquals(json.get("usage").get("prompt_tokens"), json.get("usage").get("total_tokens"));
    JsonNode first = json.get("results").get(0);
    assertEquals(2, first.size());
    assertTrue(first.get("index").isInt() && first.get("relevance_score").isNumber());
  }

  /** An object of JSON has a name once. */
  @Test
  void labelsOfOneNameAreNumbered() throws IOException {
    Path same = folder.resolve("same.gguf");
    GgufValue labels = new GgufValue.Strs(List.of("yes", "no", "yes"));
    EmbedTest.copy("bert-rank-labels", "bert.classifier.output_labels", labels, same);
    JsonNode json = MAPPER.readTree(ok("-m", same, "-q", "what is a cat?", "water", "--json"));
    JsonNode scores = json.get("results").get(0).get("scores");
    assertEquals(3, scores.size());
    assertEquals(json.get("results").get(0).get("relevance_score"), scores.get("0"));
  }

  @Test
  void everyLabelIsShown() throws IOException {
    String line = ok("-m", EmbedTest.model("bert-rank-labels"), "-q", "what is a cat?", "water");
    String[] parts = line.strip().split("\t");
    assertEquals(4, parts.length, line);
    assertEquals(3, parts[2].split(" ").length, line);
    assertTrue(parts[2].split(" ")[0].endsWith("=" + parts[0]), line);
    assertEquals("water", parts[3]);
  }

  @Test
  void sigmoidMapsToOne() throws IOException {
    double plain = Double.parseDouble(ok("-m", BERT, "-q", "a", "water").split("\t")[0]);
    double found =
        Double.parseDouble(ok("-m", BERT, "-q", "a", "water", "--sigmoid").split("\t")[0]);
    assertEquals(1 / (1 + Math.exp(-plain)), found, 1e-6);
  }

  @Test
  void documentsComeFromEverywhereAndStayOnALine() throws IOException {
    Path file = Files.writeString(folder.resolve("docs.txt"), "the day\n\nПривет, мир! 😀\n");
    JoraProcess.Result result =
        run("water\n", "-m", BERT, "-q", "a", "one\\ntwo", "-f", file, "--stdin");
    assertEquals(0, result.code(), result.err());
    List<String> documents =
        result.text().lines().map(line -> line.split("\t", 3)[2]).sorted().toList();
    assertEquals(List.of("", "one\\ntwo", "the day", "water", "Привет, мир! 😀"), documents);
  }

  @Test
  void linesFitATerminal() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-Djora.tty=1"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.jora.cli.Main"));
    command.addAll(List.of("rerank", "-m", BERT.toString(), "-q", "a"));
    command.addAll(List.of("Привет, мир! 😀 ".repeat(10), "water ".repeat(10).strip()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("COLUMNS", "60");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    assertEquals(2, text.lines().count(), text);
    for (String line : text.lines().toList()) {
      int at = line.lastIndexOf('\t') + 1;
      assertTrue(line.endsWith("…"), line);
      int before = 24; // a score of up to 15 columns, an index, and their tabs
      int columns = dev.jora.cli.terminal.Columns.of(line.substring(at));
      assertTrue(before + columns <= 60 && before + columns >= 57, line + " " + columns);
    }
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertSays(refused(2, "-m", BERT, "a"), "no question", "-q QUERY");
    assertSays(refused(2, "-m", BERT, "-q", " ", "a"), "no question");
    assertSays(refused(2, "-m", BERT, "-q", "a", "b", "--top-n", 0), "--top-n");
    assertSays(
        refused(1, "-m", EmbedTest.model("bert-mean"), "-q", "a", "b"),
        "model.gguf is no reranker",
        "jora embed");
    assertSays(refused(1, "-m", BERT, "-q", "a"), "there is no text");
    String message = refused(1, "-m", BERT, "-q", "a", "-c", 8, "a ".repeat(20));
    assertSays(message, "text 1", "at most 8", "--truncate");
    assertEquals(
        1, ok("-m", BERT, "-q", "a", "-c", 8, "a ".repeat(20), "--truncate").lines().count());
  }

  @Test
  void isQuietByItsLongNameOnly() throws IOException {
    assertEquals("", run("", "-m", BERT, "-q", "a", "b", "--quiet").err());
    assertSays(run("", "-m", BERT, "-q", "a", "b").err(), "rerank: 1 text, ");
    JoraProcess.Result help = JoraWorker.run("rerank", "--help");
    assertTrue(help.text().contains("-q, --query QUERY"), help.text());
    assertFalse(help.text().contains("-q, --quiet"), help.text());
  }

  private static void assertSays(String message, String... parts) {
    for (String part : parts) {
      assertTrue(message.contains(part), message + " has no " + part);
    }
  }
}
