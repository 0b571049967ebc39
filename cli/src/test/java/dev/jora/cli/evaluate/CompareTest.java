package dev.jora.cli.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.cli.JoraProcess;
import dev.jora.cli.JoraWorker;
import dev.jora.testing.Shared;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jora perplexity --compare} as a user meets it. */
class CompareTest {
  private static final Path MODEL = Shared.testdata("jora-demo.gguf");
  private static final Path LLAMA = Shared.testdata("architectures/llama/model.gguf");

  @TempDir static Path folder;

  private static Path q4;
  private static Path q5;
  private static Path text;

  @BeforeAll
  static void makeModels() throws Exception {
    q4 = folder.resolve("a 4.gguf");
    q5 = folder.resolve("b 5.gguf");
    quantize(q4, "Q4_0");
    quantize(q5, "Q5_0");
    text = text("text.txt", 80);
  }

  private static void quantize(Path file, String type) throws Exception {
    String[] args = {"quantize", "--allow-requantize", MODEL.toString(), file.toString(), type};
    JoraProcess.Result result = JoraWorker.run(args);
    assertEquals(0, result.code(), result.err());
  }

  private static Path text(String name, int sentences) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sentences; i++) {
      text.append("Once upon a time there was a little girl who had ").append(i % 17);
      text.append(i % 3 == 0 ? " cats and a dog.\n" : " apples and one tree. ");
    }
    return Files.writeString(folder.resolve(name), text);
  }

  private static String[] words(Object... args) {
    return Stream.concat(Stream.of("perplexity"), Stream.of(args).map(Object::toString))
        .toArray(String[]::new);
  }

  private static String ok(Object... args) throws Exception {
    JoraProcess.Result result = JoraWorker.run(words(args));
    assertEquals(0, result.code(), result.err());
    return result.text();
  }

  private static JsonNode json(Object... args) throws Exception {
    return new ObjectMapper().readTree(ok(args));
  }

  /** The figures are those of separate runs over a base file. */
  @Test
  void everyRowIsARunOfItsOwn() throws Exception {
    Path base = folder.resolve("base.kld");
    JsonNode all =
        json("-f", text, "-c", 32, "--chunks", 8, "-q", "-o", "json", "--compare", MODEL, q4, q5);
    JsonNode alone =
        json(
            "-m",
            MODEL,
            "-f",
            text,
            "-c",
            32,
            "--chunks",
            8,
            "--kl-divergence-base",
            base,
            "-q",
            "--json");
    assertEquals("compare", all.get("mode").textValue());
    assertEquals(MODEL.toString(), all.get("model").textValue());
    assertEquals(8, all.get("chunks").intValue());
    assertEquals(8 * 15, all.get("tokens").intValue());
    JsonNode models = all.get("models");
    assertEquals(3, models.size());
    assertEquals(alone.get("ppl"), models.get(0).get("ppl"));
    assertEquals(alone.get("ppl_error"), models.get(0).get("ppl_error"));
    assertTrue(models.get(0).get("kld").isNull());
    for (int i = 1; i < 3; i++) {
      Path file = i == 1 ? q4 : q5;
      JsonNode row = models.get(i);
      JsonNode found =
          json("-m", file, "--kl-divergence", "--kl-divergence-base", base, "-q", "--json");
      for (String name : List.of("ppl", "ppl_error", "kld", "kld_error", "same_top_p")) {
        assertEquals(found.get(name), row.get(name), name);
      }
      assertEquals(found.get("kld_percentiles").get("99"), row.get("kld_99"));
      assertEquals(file.toString(), row.get("file").textValue());
      assertEquals(i == 1 ? "Q4_0" : "Q5_0", row.get("type").textValue());
      assertEquals(Files.size(file), row.get("bytes").longValue());
      assertTrue(row.get("tokens_per_second").doubleValue() > 0);
    }
    assertTrue(models.get(1).get("kld").doubleValue() > models.get(2).get("kld").doubleValue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"table", "md"})
  void aFileDiffersFromItselfByNothing(String format) throws Exception {
    String table =
        ok("-f", text, "-c", 32, "--chunks", 8, "-q", "-o", format, "--compare", MODEL, MODEL);
    assertFalse(table.matches("(?s).*-0\\.0*(?![0-9]).*"), table);
    assertTrue(table.lines().toList().getLast().contains(" 0.0000"), table);
  }

  @Test
  void theTableFitsSixtyColumns() throws Exception {
    Object[] run = {"-f", text, "-c", 32, "--chunks", 8, "-q", "--compare", MODEL, q4, q5};
    List<String> lines = ok(run).lines().toList();
    assertEquals("8 chunks of 32 tokens, 120 of them scored, against", lines.get(0));
    assertEquals(MODEL.toString(), lines.get(1));
    assertEquals("type       MiB   bpw     PPL     ±     KLD    99% top%   t/s", lines.get(3));
    assertEquals(7, lines.size());
    assertTrue(lines.get(5).startsWith("Q4_0 "), lines.get(5));
    assertTrue(lines.get(6).startsWith("Q5_0 "), lines.get(6));
    lines.subList(3, 7).forEach(line -> assertEquals(60, line.length(), line));
  }

  @Test
  void thePictureIsDrawnWithoutAScreen() throws Exception {
    Path picture = folder.resolve("picture.svg");
    ok("-f", text, "-c", 32, "--chunks", 4, "-q", "--plot", picture, "--compare", MODEL, q4, q5);
    String svg = Files.readString(picture);
    assertTrue(svg.contains("<svg") && svg.stripTrailing().endsWith("</svg>"), "whole");
  }

  @Test
  void filesOfOneTypeHaveTheirNamesToo() throws Exception {
    Path base = folder.resolve("kept.kld");
    List<String> lines =
        ok(
                "-f",
                text,
                "-c",
                32,
                "--chunks",
                4,
                "-m",
                q4,
                "--compare",
                q4,
                "-q",
                "--kl-divergence-base",
                base)
            .lines()
            .toList();
    assertEquals("a 4", lines.get(4));
    assertEquals("a 4", lines.get(6));
    assertTrue(lines.get(7).matches("Q4_0 .* 0\\.0000\\d 0\\.0\\d+ .*"), lines.get(7));
    assertTrue(Files.size(base) > 4 * 15 * 1000, "asked for by name, it is kept");
  }

  @Test
  void markdownAndCsv() throws Exception {
    List<Object> run = new ArrayList<>(List.of("-f", text, "-c", 32, "--chunks", 4, "-q"));
    run.addAll(List.of("--compare", MODEL, q4, "-o"));
    run.add("md");
    List<String> md = ok(run.toArray()).lines().toList();
    assertEquals(4, md.size());
    md.forEach(line -> assertEquals(10, line.chars().filter(c -> c == '|').count(), line));
    assertTrue(md.get(3).matches("\\| a 4 +\\| Q4_0 +\\| +\\S+ MiB \\| .* ± .*"), md.get(3));
    run.set(run.size() - 1, "CSV");
    List<String> csv = ok(run.toArray()).lines().toList();
    assertEquals(
        "file,type,bytes,bits_per_weight,ppl,ppl_error,kld,kld_error,kld_99,same_top_p,"
            + "same_top_p_error,tokens_per_second",
        csv.get(0));
    assertEquals(3, csv.size());
    assertTrue(
        csv.get(1).contains(",\"\",\"\",\"\",\"\",\"\","), "the base has none: " + csv.get(1));
    String[] values = csv.get(2).substring(1, csv.get(2).length() - 1).split("\",\"");
    assertEquals(12, values.length);
    String ppl = String.format(java.util.Locale.ROOT, "%.4f", Double.parseDouble(values[4]));
    assertTrue(md.get(3).contains(" " + ppl + " ± "), "both say " + ppl);
  }

  @ParameterizedTest
  @ValueSource(strings = {"table", "md", "csv"})
  void noMessageStandsBetweenHeadAndRows(String format) throws Exception {
    List<String> lines =
        JoraProcess.lines(
            words("-f", text, "-c", 64, "--chunks", 2, "-o", format, "--compare", MODEL, q4));
    int time = 0;
    while (!lines.get(time).contains(" - ETA ")) {
      time++;
    }
    String all = "" + lines;
    assertTrue(lines.subList(0, time).stream().noneMatch(line -> line.contains("PPL")), all);
    assertTrue(lines.subList(0, time).stream().noneMatch(line -> line.contains("ppl")), all);
    List<String> rest = lines.subList(time + 1, lines.size());
    assertTrue(rest.stream().noneMatch(line -> line.startsWith("perplexity:")), all);
  }

  /** What {@code scripts/compare-quants} does. */
  @Test
  void fromOneFileToTableAndPicture() throws Exception {
    Path f16 = folder.resolve("whole chain f16.gguf");
    quantize(f16, "F16");
    List<Object> run = new ArrayList<>(List.of("-f", text, "-c", 64, "--chunks", 4, "-o", "md"));
    Path picture = folder.resolve("whole chain.png");
    run.addAll(List.of("--plot", picture, "-m", f16, "--compare"));
    List<String> types = List.of("Q8_0", "Q6_K", "Q4_K_M", "Q3_K_M");
    for (String type : types) {
      Path file = folder.resolve("whole chain-" + type + ".gguf");
      JoraProcess.Result made =
          JoraWorker.run("quantize", "-q", f16.toString(), file.toString(), type);
      assertEquals(0, made.code(), made.err());
      run.add(file);
    }
    List<String> table = ok(run.toArray()).lines().toList();
    assertEquals(2 + 1 + types.size(), table.size());
    for (int i = 0; i < types.size(); i++) {
      String row = table.get(3 + i);
      assertTrue(row.startsWith("| whole chain-" + types.get(i) + " "), row);
      assertTrue(row.contains(" | " + types.get(i) + " "), row);
    }
    assertTrue(Files.size(picture) > 5000);
  }

  @Test
  void errorsAreOneSentence() throws Exception {
    assertFails(2, "two models", "-f", text, "--compare", q4);
    assertFails(2, "--compare", "-f", text, "-o", "md");
    assertFails(2, "--compare", "-f", text, "--plot", "x.svg");
    assertFails(2, ".svg and .png", "-f", text, "--plot", "x.gif", "--compare", MODEL, q4);
    assertFails(2, "json", "-f", text, "--json", "-o", "md", "--compare", MODEL, q4);
    assertFails(2, "'tsv' is not", "-f", text, "-o", "tsv", "--compare", MODEL, q4);
    assertFails(2, "strides", "-f", text, "--ppl-stride", 8, "--compare", MODEL, q4);
    assertFails(2, "one model", "-f", text, "--heatmap", "x", "--compare", MODEL, q4);
    assertFails(2, "one thing", "-f", text, "--hellaswag", "--compare", MODEL, q4);
    assertFails(2, "-f FILE", "--compare", MODEL, q4);
    assertFails(1, "none.gguf", "-f", text, "--compare", MODEL, folder.resolve("none.gguf"));
    assertFails(1, "too short", "-f", text, "-c", 2000, "--compare", MODEL, q4);
    assertFails(1, "expected the ", "-f", text, "--compare", MODEL, LLAMA);
  }

  private static void assertFails(int code, String part, Object... args) throws Exception {
    JoraProcess.Result result = JoraWorker.run(words(args));
    assertEquals(code, result.code(), result.err());
    assertTrue(result.messages().contains(part), part + " in: " + result.messages());
    assertFalse(result.err().contains("\tat "), result.err());
    assertEquals("", result.text());
  }

  @Test
  void anInterruptLeavesTheRowsSoFar() throws Exception {
    Path kill = Path.of("/bin/kill");
    Assumptions.assumeTrue(Files.isExecutable(kill), "skipped: no /bin/kill");
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    Process process =
        JoraProcess.start(
            Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary),
            words("-f", text("long.txt", 4000), "-c", 64, "--compare", MODEL, q4, q5));
    String rest;
    try {
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      String line;
      do {
        line = out.readLine();
      } while (line != null && !line.startsWith("type "));
      String base = out.readLine();
      assertTrue(base != null && base.contains(" - "), "the base's row: " + base);
      new ProcessBuilder(kill.toString(), "-INT", "" + process.pid()).start().waitFor();
      rest = String.join("\n", out.lines().toList());
      process.getErrorStream().transferTo(OutputStream.nullOutputStream());
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it goes on");
      assertEquals(130, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
    assertFalse(rest.contains("Q5_0"), rest);
    try (Stream<Path> left = Files.list(temporary)) {
      List<Path> files = left.filter(file -> file.toString().contains(".kld")).toList();
      assertEquals(List.of(), files);
    }
  }
}
