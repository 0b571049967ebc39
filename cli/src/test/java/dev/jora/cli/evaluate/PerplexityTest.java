package dev.jora.cli.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.cli.JoraProcess;
import dev.jora.cli.JoraWorker;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jora perplexity} as a user meets it. */
class PerplexityTest {
  private static final Path MODEL = Shared.testdata("jora-demo.gguf");
  private static final Path LLAMA = Shared.testdata("architectures/llama/model.gguf");

  @TempDir Path folder;

  private Path text(int sentences) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sentences; i++) {
      text.append("Once upon a time there was a little <girl> who had ").append(i % 17);
      text.append(i % 3 == 0 ? " cats & a dog.\n" : " apples, \"and\" one tree. ");
    }
    return Files.writeString(folder.resolve("text.txt"), text);
  }

  private static JoraProcess.Result run(Object... args) throws Exception {
    List<String> all = new ArrayList<>(List.of("perplexity"));
    for (Object arg : args) {
      all.add(arg.toString());
    }
    return JoraWorker.run(all.toArray(String[]::new));
  }

  private static String ok(Object... args) throws Exception {
    JoraProcess.Result result = run(args);
    assertEquals(0, result.code(), result.err());
    return result.text();
  }

  private static JsonNode json(Object... args) throws Exception {
    return new ObjectMapper().readTree(ok(args));
  }

  /** The lines of stdout are those of the golden files, with other figures. */
  private static void assertSameLines(String golden, String found) {
    assertEquals(figuresOut(golden), figuresOut(found));
  }

  private static List<String> figuresOut(String text) {
    return text.lines()
        .map(line -> line.replaceAll(" *-?\\d+\\.\\d{2,}", " #").stripTrailing())
        .toList();
  }

  @Test
  void printsLlamaCppsLines() throws Exception {
    String golden =
        Files.readString(Shared.path("golden/perplexity/smollm2-135m-Q4_1-c2048-n4.txt"));
    golden = golden.substring(golden.indexOf('['));
    JoraProcess.Result result =
        run("-m", MODEL, "-f", text(60), "-c", 32, "--chunks", 4, "-ub", 64);
    assertEquals(0, result.code(), result.err());
    // llama.cpp's file was cut before the comma that it, too, prints last.
    assertSameLines(golden.replace("\nFinal", ",\nFinal"), result.text());
    assertTrue(result.err().contains("perplexity: tokenization took "), result.err());
    assertTrue(
        result
            .err()
            .contains(
                "perplexity: calculating perplexity over 4 chunks, n_ctx=32, batch_size=64,"
                    + " n_seq=2\n"),
        result.err());
    assertTrue(
        Pattern.compile("perplexity: \\d+\\.\\d\\d seconds per pass - ETA \\d+\\.\\d\\d minutes")
            .matcher(result.err())
            .find(),
        result.err());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void messagesAndFiguresShareNoLine(int chunks) throws Exception {
    String text = text(60).toString();
    String[] args = {
      "perplexity", "-v", "-m", MODEL.toString(), "-f", text, "-c", "32", "-ub", "64"
    };
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--chunks", "" + chunks));
    List<String> lines = JoraProcess.lines(all.toArray(String[]::new));
    List<String> figures = lines.stream().filter(line -> line.contains("[1]")).toList();
    assertEquals(1, figures.size(), "" + lines);
    assertTrue(figures.getFirst().matches("(\\[\\d]\\d+\\.\\d{4},){" + chunks + "}"), "" + lines);
    String time = lines.stream().filter(line -> line.contains(" - ETA ")).findFirst().orElseThrow();
    assertTrue(time.startsWith("perplexity: "), time);
    assertTrue(chunks > 2 || time.endsWith(" - ETA 0.00 minutes"), time); // two go side by side
  }

  /** The line of figures ends before an error is told, too. */
  @Test
  void anErrorAfterFiguresHasALineOfItsOwn() throws Exception {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "skipped: no /dev/full");
    List<String> lines =
        JoraProcess.lines(
            "perplexity",
            "-m",
            MODEL.toString(),
            "-f",
            text(4000).toString(),
            "-c",
            "64",
            "--per-token",
            full.toString());
    assertTrue(lines.getLast().contains("/dev/full cannot be written"), "" + lines);
    assertFalse(lines.getLast().contains("[1]"), "" + lines);
  }

  @Test
  void outputTypeOneHasALinePerChunk() throws Exception {
    String found =
        ok("-m", MODEL, "-f", text(60), "-c", 32, "--chunks", 3, "--ppl-output-type", 1, "-q");
    Matcher lines =
        Pattern.compile(
                "       0  \\d+\\.\\d{4}  \\d\\.\\d{6}  \\d\\.\\d{6}\n"
                    + "      32  \\d+\\.\\d{4}  \\d\\.\\d{6}  \\d\\.\\d{6}\n"
                    + "      64  \\d+\\.\\d{4}  \\d\\.\\d{6}  \\d\\.\\d{6}\n"
                    + "\nFinal estimate: PPL = \\d+\\.\\d{4} \\+/- \\d+\\.\\d{5}\n")
            .matcher(found);
    assertTrue(lines.matches(), found);
  }

  @Test
  void stridedWindowsScoreEveryTokenOnce() throws Exception {
    Path text = text(40);
    Path csv = folder.resolve("tokens.csv");
    JoraProcess.Result result =
        run("-m", MODEL, "-f", text, "-c", 32, "--ppl-stride", 16, "--per-token", csv);
    assertEquals(0, result.code(), result.err());
    assertTrue(result.err().contains("adjusting context size from 32 to 40"), result.err());
    assertTrue(result.err().contains(" tokens. Calculation chunk = 40"), result.err());
    assertTrue(result.text().contains("Final estimate: PPL = "), result.text());
    List<String> lines = Files.readAllLines(csv);
    for (int i = 1; i < lines.size(); i++) {
      assertEquals(40 - 16 + i - 1, Integer.parseInt(lines.get(i).split(",")[1]));
    }
  }

  @Test
  void jsonHasTheFiguresOfTheLines() throws Exception {
    Path text = text(60);
    String lines = ok("-m", MODEL, "-f", text, "-c", 32, "--chunks", 3, "-q");
    JsonNode json = json("-m", MODEL, "-f", text, "-c", 32, "--chunks", 3, "-q", "--json");
    String last =
        String.format(
            Locale.ROOT,
            "Final estimate: PPL = %.4f +/- %.5f\n",
            json.get("ppl").doubleValue(),
            json.get("ppl_error").doubleValue());
    assertTrue(lines.endsWith(last), lines + last);
    assertEquals(3 * 15, json.get("tokens").intValue());
    assertEquals(3, json.get("running").size());
    assertEquals(json.get("ppl"), json.get("running").get(2));
    assertEquals("perplexity", json.get("mode").textValue());
  }

  @Test
  void tokensAddUpToThePerplexity() throws Exception {
    Path csv = folder.resolve("tokens.csv");
    Path page = folder.resolve("page.html");
    JsonNode json =
        json(
            "-m",
            MODEL,
            "-f",
            text(60),
            "-c",
            32,
            "--json",
            "-q",
            "--per-token",
            csv,
            "--heatmap",
            page);
    List<String> lines = Files.readAllLines(csv);
    assertEquals("chunk,position,id,token,probability,rank", lines.getFirst());
    assertEquals(json.get("tokens").intValue(), lines.size() - 1);
    double sum = 0;
    StringBuilder text = new StringBuilder();
    Pattern format = Pattern.compile("(\\d+),(\\d+),(\\d+),\"(.*)\",([0-9.e-]+),(\\d+)");
    for (String line : lines.subList(1, lines.size())) {
      Matcher fields = format.matcher(line);
      assertTrue(fields.matches(), line);
      double probability = Double.parseDouble(fields.group(5));
      sum -= Math.log(probability);
      assertTrue(probability * Integer.parseInt(fields.group(6)) <= 1.000001, line);
      text.append(fields.group(4));
    }
    assertEquals(json.get("nll").doubleValue(), sum / (lines.size() - 1), 1e-6);
    assertTrue(text.indexOf(" apples, \"\"and\"\" one") >= 0, text.toString());
    assertTrue(text.indexOf("dog.\\n") >= 0, text.toString());

    String html = Files.readString(page);
    assertTrue(html.startsWith("<!DOCTYPE html>") && html.endsWith("</html>\n"), html);
    assertEquals(lines.size() - 1, html.split("<span class=s\\d+ title=").length - 1);
    assertFalse(html.matches("(?s).*(src|href)=.*"), "self-contained");
    String visible = html.substring(html.indexOf("<main>")).replaceAll("<[^>]*>", "");
    assertTrue(visible.contains("a little &lt;girl&gt; who"), visible);
    assertTrue(visible.contains("cats &amp; a dog."), visible);
  }

  @Test
  void theHeatmapIsDarkWhereAskedAndNamesTheLikeliest() throws Exception {
    Path page = folder.resolve("page.html");
    Path csv = folder.resolve("tokens.csv");
    ok("-m", MODEL, "-f", text(60), "-c", 32, "-q", "--per-token", csv, "--heatmap", page);
    String html = Files.readString(page);
    String dark = html.substring(html.indexOf("@media (prefers-color-scheme:dark){"));
    for (int bits = 0; bits <= 16; bits++) {
      assertTrue(dark.contains("\n.s" + bits + "{background:hsl("), "shade " + bits);
    }
    String one = "&#10;([0-9.e+-]+) '([^\"<>]*)'";
    Matcher spans =
        Pattern.compile("<span class=s\\d+ title=\"p (\\S+), rank (\\d+)" + one.repeat(3) + "\">")
            .matcher(html);
    int count = 0;
    while (spans.find()) {
      count++;
      double[] p = new double[3];
      for (int i = 0; i < 3; i++) {
        p[i] = Double.parseDouble(spans.group(3 + 2 * i));
      }
      assertTrue(1 >= p[0] && p[0] >= p[1] && p[1] >= p[2] && p[2] > 0, spans.group());
      int rank = Integer.parseInt(spans.group(2));
      if (rank <= 3) {
        assertEquals(spans.group(1), spans.group(1 + 2 * rank), spans.group());
      }
    }
    assertEquals(Files.readAllLines(csv).size() - 1, count);
  }

  @Test
  void aModelDoesNotDivergeFromItself() throws Exception {
    Path base = folder.resolve("base.kld");
    Path text = text(80);
    ok("-m", MODEL, "-f", text, "-c", 32, "--chunks", 8, "--kl-divergence-base", base, "-q");
    Object[] compare = {"-m", MODEL, "--kl-divergence", "--kl-divergence-base", base, "-q"};
    String golden =
        Files.readString(
            Shared.path("golden/perplexity/kld-smollm2-135m-F16-vs-Q4_0-c512-n12.txt"));
    golden = golden.substring(golden.indexOf('\n') + 1, golden.lastIndexOf("\n\n") + 1);
    golden = golden.replaceAll("\n +(9|1[0-2]) .*", ""); // 8 chunks
    String found = ok(compare);
    assertEquals(figures(golden), figures(found).replace("NaN", "#"));

    Object[] withJson = Arrays.copyOf(compare, compare.length + 1);
    withJson[compare.length] = "--json";
    JsonNode json = json(withJson);
    assertEquals(8 * 15, json.get("tokens").intValue());
    assertEquals(0, json.get("kld").doubleValue(), 1e-5); // the format has a floor
    assertEquals(1, json.get("same_top_p").doubleValue(), 0.02); // levels of the file may tie
    JsonNode alone = json("-m", MODEL, "-f", text, "-c", 32, "--chunks", 8, "--json", "-q");
    assertEquals(alone.get("ppl"), json.get("ppl"));
    assertEquals(alone.get("ppl_error"), json.get("ppl_error"));
    assertTrue(json.get("ppl_base").doubleValue() > 1);
    assertEquals(13, json.get("kld_percentiles").size());
  }

  private static String figures(String report) {
    return report.replaceAll(" *-?\\d+\\.\\d{2,}", "#");
  }

  @Test
  void badBaseFilesAreOneSentence() throws Exception {
    Path base = folder.resolve("base.kld");
    Path text = text(60);
    ok("-m", MODEL, "-f", text, "-c", 32, "--chunks", 2, "--save-all-logits", base, "-q");
    String flag = "--kl-divergence-base";
    assertFails(run("--kl-divergence"), 2, flag);
    assertFails(
        run("-m", LLAMA, "--kl-divergence", flag, base), 1, base.toString(), "vocabulary of");
    assertFails(
        run("-m", MODEL, "--kl-divergence", flag, base, "-c", 64),
        1,
        "chunks of 32 tokens",
        "-c 32");
    assertFails(run("--kl-divergence", flag, text), 1, text.toString(), "_logits_");
    assertFails(run("--kl-divergence", flag, folder.resolve("none")), 1, "no such file");
    byte[] whole = Files.readAllBytes(base);
    Files.write(base, Arrays.copyOf(whole, whole.length / 2));
    assertFails(run("-m", MODEL, "--kl-divergence", flag, base), 1, "not whole", "2 chunks");
    assertFails(
        run("-m", MODEL, "-f", text, "-c", 32, flag, folder.resolve("none/x")),
        1,
        "none/x cannot be written");
  }

  @Test
  void hellaSwag() throws Exception {
    Path tasks =
        Files.writeString(
            folder.resolve("tasks.txt"),
            """
            Once upon a time there was a little
            1
            of the of the of
            girl. She was happy.
            is on with from
            running table green
            She had a red ball and liked to
            0
            play with it all day.
            sky sky sky sky
            of of of
            not the on at
            """);
    String found = ok("-m", MODEL, "-f", tasks, "--hellaswag", "-q");
    Matcher lines =
        Pattern.compile(
                "\ntask\tacc_norm\t95% confidence interval\n"
                    + "1\t100\\.00000000%\t\\[20\\.6549%, 100\\.0000%]\n"
                    + "2\t100\\.00000000%\t\\[34\\.2380%, 100\\.0000%]\n\n")
            .matcher(found);
    assertTrue(lines.matches(), found);
    JsonNode json = json("-m", MODEL, "-f", tasks, "--hellaswag", "-q", "--json");
    assertEquals(1, json.get("acc_norm").doubleValue());
    assertEquals(2, json.get("choices").size());
    assertEquals(4, json.get("choices").get(0).get("scores").size());
    assertFails(run("-m", MODEL, "-f", text(5), "--hellaswag"), 1, "6 lines per task");
  }

  @Test
  void winogrande() throws Exception {
    StringBuilder csv = new StringBuilder();
    for (int i = 0; i < 120; i++) {
      csv.append(i + ",Lily had a ball and a _ with her to play in the park.,dog,the,1\n");
    }
    Path tasks = Files.writeString(folder.resolve("tasks.csv"), csv);
    String found = ok("-m", MODEL, "-f", tasks, "--winogrande", "-q");
    List<String> lines = found.lines().toList();
    assertEquals(122, lines.size());
    int right = 0;
    for (int i = 0; i < 120; i++) {
      Matcher line =
          Pattern.compile("(\\d+)\t(\\S+)\t +(-\\d+\\.\\d{6})  +(-\\d+\\.\\d{6})  ([12])  1")
              .matcher(lines.get(i));
      assertTrue(line.matches(), lines.get(i));
      boolean first = Double.parseDouble(line.group(3)) > Double.parseDouble(line.group(4));
      assertEquals(first ? "1" : "2", line.group(5), lines.get(i));
      right += first ? 1 : 0;
      String percent = String.format(Locale.ROOT, "%.4f", 100.0 * right / (i + 1));
      assertEquals(List.of("" + (i + 1), percent), List.of(line.group(1), line.group(2)));
    }
    assertEquals("", lines.get(120));
    double p = right / 120.0;
    assertEquals(
        String.format(
            Locale.ROOT,
            "Final Winogrande score(120 tasks): %.4f +/- %.4f",
            100 * p,
            100 * Math.sqrt(p * (1 - p) / 119)),
        lines.get(121));
    String few = ok("-m", MODEL, "-f", tasks, "--winogrande", "--winogrande-tasks", 3, "-q");
    assertEquals(4, few.lines().count());
  }

  @Test
  void multipleChoice() throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(2).putInt(12).putInt(0);
    for (int task = 0; task < 2; task++) {
      bytes.putInt(4 + 4 * task, bytes.position());
      put(bytes, "Once upon a time there was a little");
      bytes.putInt(2);
      put(bytes, "girl");
      put(bytes, "of on with");
      bytes.putInt(1 - task).putInt(task);
      bytes.putInt(0);
    }
    Path tasks =
        Files.write(folder.resolve("t.bin"), Arrays.copyOf(bytes.array(), bytes.position()));
    String found = ok("-m", MODEL, "-bf", tasks, "--multiple-choice", "-np", 8, "-q");
    assertEquals(
        "\ntask\tacc_norm\n1\t100.00000000\n2\t50.00000000\n\nFinal result: 50.0000 +/- 50.0000\n"
            + "Random chance: 50.0000 +/- 50.0000\n",
        found);
    bytes.putInt(8, 0); // offsets that lead nowhere: one task after another
    Files.write(tasks, Arrays.copyOf(bytes.array(), bytes.position()));
    assertEquals(found, ok("-m", MODEL, "-bf", tasks, "--multiple-choice", "-np", 8, "-q"));
    // One of them has no bound.
    found = ok("-m", MODEL, "-bf", tasks, "--multiple-choice", "--multiple-choice-tasks", 1, "-q");
    String lines = "1\t(0|100)\\.0{8}\n\nFinal result: (0|100)\\.0000\nRandom chance: 50\\.0000\n";
    assertTrue(found.matches("\ntask\tacc_norm\n" + lines), found);
    Files.write(tasks, Arrays.copyOf(bytes.array(), bytes.position() - 1));
    assertFails(run("-m", MODEL, "-f", tasks, "--multiple-choice"), 1, "task 2");
  }

  private static void put(ByteBuffer bytes, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    bytes.putInt(utf8.length).put(utf8);
  }

  /** As one scored token has none. */
  @Test
  void noFigureHasABoundThatIsNoNumber() throws Exception {
    Path base = folder.resolve("base.kld");
    Object[] one = {"-m", MODEL, "-f", text(60), "-c", 4, "--chunks", 1, "-q"};
    String found = ok(one);
    assertTrue(found.matches("(?s).*Final estimate: PPL = \\d+\\.\\d{4}\n"), found);
    ok("-m", MODEL, "-f", text(60), "-c", 4, "--chunks", 1, "--kl-divergence-base", base, "-q");
    String divergence = ok("-m", MODEL, "--kl-divergence", "--kl-divergence-base", base, "-q");
    for (String output :
        List.of(
            divergence,
            ok("-m", MODEL, "-f", text(60), "-c", 8, "--ppl-stride", 1, "--chunks", 1, "-q"),
            ok(
                "-m",
                MODEL,
                "-f",
                text(60),
                "-c",
                4,
                "--chunks",
                1,
                "--ppl-output-type",
                1,
                "-q"))) {
      assertFalse(output.contains("NaN") || output.contains("Infinity"), output);
    }
  }

  @Test
  void errorsAreOneSentence() throws Exception {
    assertFails(run("-m", MODEL), 2, "-f FILE");
    assertFails(run("-m", MODEL, "-f", "x", "-c", 3), 2, "-c");
    assertFails(run("-m", MODEL, "-f", "x", "--chunks", 0), 2, "--chunks");
    assertFails(run("-m", MODEL, "-f", "x", "--ppl-output-type", 2), 2, "0 or 1");
    assertFails(run("-m", MODEL, "-f", "x", "--hellaswag", "--winogrande"), 2, "one thing");
    assertFails(run("-m", MODEL, "-f", "x", "--hellaswag", "--heatmap", "y"), 2, "not for tasks");
    assertFails(
        run("-m", MODEL, "-f", "x", "--ppl-stride", 8, "--kl-divergence-base", "y"), 2, "y");
    assertFails(run("-m", MODEL, "-f", text(60), "-c", 32, "--ppl-stride", 64), 2, "less than");
    assertFails(run("-m", MODEL, "-f", folder.resolve("none")), 1, "no such file");
    assertFails(
        run("-m", MODEL, "--kl-divergence", "--kl-divergence-base", folder),
        1,
        folder + " cannot be read: it is a folder");
    Matcher few =
        Pattern.compile("text.txt is too short: .* need 128 tokens, it has (\\d+) ")
            .matcher(run("-m", MODEL, "-f", text(2), "-c", 64).err());
    assertTrue(few.find());
    assertTrue(Integer.parseInt(few.group(1)) < 128);
    assertFails(run("-m", MODEL, "-f", text(2), "-c", 64), 1, "too short");
    assertFails(
        run("-m", MODEL, "-f", text(60), "-c", 32, "--heatmap", folder.resolve("none/p")),
        1,
        "none/p cannot be written");
  }

  private static void assertFails(JoraProcess.Result result, int code, String... parts) {
    assertEquals(code, result.code(), result.err());
    for (String part : parts) {
      assertTrue(result.messages().contains(part), part + " in: " + result.messages());
    }
    assertFalse(result.err().contains("\tat "), result.err());
    assertEquals("", result.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void anInterruptPrintsTheEstimateSoFar(String signal) throws Exception {
    Path kill = Path.of("/bin/kill");
    Assumptions.assumeTrue(Files.isExecutable(kill), "skipped: no /bin/kill");
    Path base = folder.resolve("base.kld");
    Process process =
        JoraProcess.start(
            Map.of(),
            "perplexity",
            "-m",
            MODEL.toString(),
            "-f",
            text(30_000).toString(),
            "-c",
            "64",
            "--kl-divergence-base",
            base.toString(),
            "--heatmap",
            folder.resolve("page.html").toString(),
            "--per-token",
            folder.resolve("tokens.csv").toString());
    String rest;
    try {
      byte[] first = process.getInputStream().readNBytes(4);
      assertEquals("[1]", new String(first, 0, 3, StandardCharsets.UTF_8));
      new ProcessBuilder(kill.toString(), "-" + signal, "" + process.pid()).start().waitFor();
      rest = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.getErrorStream().transferTo(OutputStream.nullOutputStream());
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it goes on");
      assertEquals(signal.equals("INT") ? 130 : 143, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
    assertTrue(rest.contains("\nFinal estimate: PPL = "), rest);
    assertTrue(Files.notExists(base), "half a base file is none");
    for (String half : List.of("page.html", "tokens.csv")) {
      assertTrue(Files.notExists(folder.resolve(half)), "half of " + half + " is none");
    }
    try (var left = Files.list(folder)) {
      List<String> names = left.map(file -> file.getFileName().toString()).toList();
      assertTrue(names.stream().noneMatch(name -> name.contains(".part")), "" + names);
    }
  }
}
