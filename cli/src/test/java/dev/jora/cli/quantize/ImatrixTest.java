package dev.jora.cli.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.cli.JoraProcess;
import dev.jora.cli.JoraWorker;
import dev.jora.quantize.imatrix.ImportanceMatrix;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jora imatrix} as a user meets it. */
class ImatrixTest {
  private static final Path MIXTRAL = Shared.testdata("architectures/mixtral/model.gguf");

  @TempDir Path folder;

  private Path text(int words) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append("word ").append(i % 7).append(i % 3 == 0 ? " and then " : ", ");
    }
    return Files.writeString(folder.resolve("text.txt"), text);
  }

  private JoraProcess.Result run(Object... args) throws Exception {
    List<String> all = new ArrayList<>(List.of("imatrix"));
    for (Object arg : args) {
      all.add(arg.toString());
    }
    return JoraWorker.run(all.toArray(String[]::new));
  }

  private ImportanceMatrix matrix(Object... args) throws Exception {
    Path out = folder.resolve("out.gguf");
    List<Object> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("-o", out, "-q"));
    JoraProcess.Result result = run(all.toArray());
    assertEquals(0, result.code(), result.err());
    return ImportanceMatrix.read(out);
  }

  /** The matrix that llama.cpp measured with the same model, text and chunks. */
  @Test
  void measuresWhatLlamaCppMeasures() throws Exception {
    Path model = Shared.path("golden/quantize/tiny-f16.gguf");
    Path text = Shared.path("data/wikitext-2-test.txt");
    ImportanceMatrix expected =
        ImportanceMatrix.read(Shared.path("golden/quantize/tiny-imatrix.gguf"));
    ImportanceMatrix found = matrix("-m", model, "-f", text, "-c", 128, "--chunks", 4);
    assertEquals(expected.tensors().keySet(), found.tensors().keySet());
    assertEquals(expected.chunks(), found.chunks());
    assertEquals(expected.chunkSize(), found.chunkSize());
    assertEquals(List.of(text.toString()), found.datasets());
    expected
        .tensors()
        .forEach(
            (name, entry) -> {
              assertArrayEquals(entry.counts(), found.tensors().get(name).counts(), name);
              float[] sums = found.tensors().get(name).sums();
              double worst = 0;
              for (int i = 0; i < sums.length; i++) {
                worst = Math.max(worst, Math.abs(sums[i] / entry.sums()[i] - 1));
              }
              System.out.printf("%-28s largest relative difference %.2e%n", name, worst);
              assertTrue(worst < 2e-3, name + ": " + worst); // F16 products round activations
            });
  }

  @Test
  void printsPerplexityOnStdoutAndTheRestOnStderr() throws Exception {
    JoraProcess.Result result =
        run("-m", MIXTRAL, "-f", text(300), "-c", 64, "-o", folder.resolve("out.gguf"));
    assertEquals(0, result.code(), result.err());
    Matcher lines =
        Pattern.compile(
                "((\\[\\d+\\]\\d+\\.\\d{4},)+)\n"
                    + "Final estimate: PPL = \\d+\\.\\d{4} \\+/- \\d+\\.\\d{5}\n")
            .matcher(result.text());
    assertTrue(lines.matches(), result.text());
    assertTrue(result.text().startsWith("[1]"), result.text());
    assertTrue(result.err().contains("seconds per pass - ETA"), result.err());
    JoraProcess.Result silent =
        run("-m", MIXTRAL, "-f", text(300), "-c", 64, "--no-ppl", "-o", folder.resolve("b.gguf"));
    assertEquals("", silent.text());
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("out.gguf")),
        Files.readAllBytes(folder.resolve("b.gguf")));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void messagesAndFiguresShareNoLine(int chunks) throws Exception {
    String text = text(300).toString();
    String out = folder.resolve("out.gguf").toString();
    String[] args = {"imatrix", "-m", MIXTRAL.toString(), "-f", text, "-c", "64", "-o", out};
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("-v", "--chunks", "" + chunks));
    List<String> lines = JoraProcess.lines(all.toArray(String[]::new));
    List<String> figures = lines.stream().filter(line -> line.contains("[1]")).toList();
    assertEquals(1, figures.size(), "" + lines);
    assertTrue(figures.getFirst().matches("(\\[\\d]\\d+\\.\\d{4},){" + chunks + "}"), "" + lines);
    String time = lines.stream().filter(line -> line.contains(" - ETA ")).findFirst().orElseThrow();
    assertTrue(time.startsWith("imatrix: "), time);
    assertTrue(chunks > 1 || time.endsWith(" - ETA 0.00 minutes"), time);
  }

  @Test
  void halvesAddUpToTheWhole() throws Exception {
    Path text = text(300);
    ImportanceMatrix first = matrix("-m", MIXTRAL, "-f", text, "-c", 64, "--chunks", 3);
    Path half = folder.resolve("half.gguf");
    first.write(half, ImportanceMatrix.Format.GGUF);
    ImportanceMatrix both =
        matrix("-m", MIXTRAL, "-f", text, "-c", 64, "--chunk", 3, "--chunks", 2, "--in-file", half);
    ImportanceMatrix whole = matrix("-m", MIXTRAL, "-f", text, "-c", 64, "--chunks", 5);
    assertEquals(5, both.chunks());
    assertEquals(whole.tensors().keySet(), both.tensors().keySet());
    whole
        .tensors()
        .forEach(
            (name, entry) -> {
              assertArrayEquals(entry.counts(), both.tensors().get(name).counts(), name);
              float[] sums = both.tensors().get(name).sums();
              for (int i = 0; i < sums.length; i++) {
                assertEquals(entry.sums()[i], sums[i], 1e-6 * entry.sums()[i] + 1e-9, name);
              }
            });
  }

  @Test
  void convertsAndMergesWithoutAModel() throws Exception {
    Path source = Shared.testdata("gguf/imatrix.gguf");
    Path dat = folder.resolve("a.dat");
    JoraProcess.Result result = run("--in-file", source, "--output-format", "dat", "-o", dat);
    assertEquals(0, result.code(), result.err());
    ImportanceMatrix one = ImportanceMatrix.read(source);
    ImportanceMatrix two = matrix("--in-file", source, "--in-file", dat);
    assertEquals(2 * one.chunks(), two.chunks());
    one.tensors()
        .forEach(
            (name, entry) -> {
              assertEquals(2 * entry.counts()[0], two.tensors().get(name).counts()[0]);
              assertArrayEquals(entry.means(), two.tensors().get(name).means(), 1e-6f, name);
            });
  }

  @Test
  void writesOnTheWayAndKeepsCopies() throws Exception {
    JoraProcess.Result result =
        run(
            "-m",
            MIXTRAL,
            "-f",
            text(300),
            "-c",
            64,
            "--chunks",
            5,
            "-ofreq",
            2,
            "--save-frequency",
            2,
            "-o",
            folder.resolve("o.gguf"));
    assertEquals(0, result.code(), result.err());
    assertEquals(2, ImportanceMatrix.read(folder.resolve("o.gguf.at_2")).chunks());
    assertEquals(4, ImportanceMatrix.read(folder.resolve("o.gguf.at_4")).chunks());
    assertEquals(5, ImportanceMatrix.read(folder.resolve("o.gguf")).chunks());
  }

  @Test
  void showsStatistics() throws Exception {
    JoraProcess.Result result =
        run("--in-file", Shared.testdata("gguf/imatrix.gguf"), "--show-statistics");
    assertEquals(0, result.code(), result.err());
    List<String> lines = result.text().lines().toList();
    assertEquals(8, lines.size(), result.text());
    assertTrue(lines.getFirst().matches(" *Layer +Tensor +Σ\\(Act²\\).*CosSim"), lines.getFirst());
    assertTrue(lines.get(1).matches(" +0 attn_k .*100\\.00% +256 .*"), lines.get(1));
  }

  @Test
  void errorsAreOneSentence() throws Exception {
    Path out = folder.resolve("o.gguf");
    assertFails(run("-o", out), 2, "-f FILE", "--in-file");
    assertFails(run("--show-statistics", "-f", "x"), 2, "one --in-file");
    assertFails(run("-f", "x", "--output-format", "csv"), 2, "csv", "gguf or dat");
    assertFails(run("-f", "x", "-c", "1"), 2, "-c");
    assertFails(run("-f", folder.resolve("none"), "-o", out), 1, "no such file");
    assertFails(run("--in-file", folder.resolve("none"), "-o", out), 1, "no such file");
    assertFails(run("--in-file", MIXTRAL, "-o", out), 1, "an importance matrix");
    assertFails(run("-m", MIXTRAL, "-f", text(5), "-o", out), 1, "too short", "1024", "it has ");
    assertFails(
        run("-m", MIXTRAL, "-f", text(300), "-c", 64, "--chunk", 500, "-o", out), 1, "32128");
    assertFails(run("-f", "x", "-o", folder), 1, "it is a folder");
    assertFails(run("-f", "x", "-o", folder.resolve("none/o.gguf")), 1, "no writable folder");
    Path other = Shared.testdata("gguf/imatrix.gguf");
    assertFails(
        run("-m", MIXTRAL, "-f", text(300), "-c", 64, "--in-file", other, "-o", out),
        1,
        "not of the same model",
        "blk.0.attn_k.weight");
    assertTrue(Files.notExists(out));
  }

  private static void assertFails(JoraProcess.Result result, int code, String... parts) {
    assertEquals(code, result.code(), result.err());
    for (String part : parts) {
      assertTrue(result.messages().contains(part), part + " in: " + result.messages());
    }
    assertTrue(!result.err().contains("\tat "), result.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void anInterruptWritesWhatThereIs(String signal) throws Exception {
    Path out = folder.resolve("o.gguf");
    Path kill = Path.of("/bin/kill");
    Assumptions.assumeTrue(Files.isExecutable(kill), "skipped: no /bin/kill");
    Process process =
        JoraProcess.start(
            Map.of(),
            "imatrix",
            "-m",
            MIXTRAL.toString(),
            "-f",
            text(200_000).toString(),
            "-c",
            "64",
            "-ofreq",
            "0",
            "-o",
            out.toString());
    try {
      byte[] first = process.getInputStream().readNBytes(4);
      assertEquals("[1]", new String(first, 0, 3, java.nio.charset.StandardCharsets.UTF_8));
      new ProcessBuilder(kill.toString(), "-" + signal, "" + process.pid()).start().waitFor();
      process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it goes on");
      assertEquals(signal.equals("INT") ? 130 : 143, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
    ImportanceMatrix matrix = ImportanceMatrix.read(out);
    assertTrue(matrix.chunks() >= 1, "" + matrix.chunks());
  }

  @Test
  void neverReplacesTheModelOrTheText() throws Exception {
    Path model = Files.copy(MIXTRAL, folder.resolve("model.gguf"));
    Path text = Files.copy(text(300), folder.resolve("copy.txt"));
    byte[] words = Files.readAllBytes(text);
    Path link = Files.createSymbolicLink(folder.resolve("link.gguf"), model);
    for (Path output : List.of(model, link, text)) {
      JoraProcess.Result result = run("-m", model, "-f", text, "-c", 64, "-o", output);
      assertEquals(1, result.code(), result.err());
      assertTrue(result.err().contains("is the input"), result.err());
    }
    assertArrayEquals(Files.readAllBytes(MIXTRAL), Files.readAllBytes(model));
    assertArrayEquals(words, Files.readAllBytes(text));
  }
}
