package dev.jora.cli.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.cli.JoraProcess;
import dev.jora.cli.JoraWorker;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.TensorInfo;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jora quantize} as a user meets it. */
class QuantizeTest {
  private static final String MODEL = Shared.testdata("architectures/llama/model.gguf").toString();

  @TempDir Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static void assertFails(JoraProcess.Result result, int code, String... parts) {
    assertEquals(code, result.code(), result.err());
    assertEquals("", result.text(), "stdout");
    for (String part : parts) {
      assertTrue(result.messages().contains(part), part + " in: " + result.messages());
    }
    assertFalse(result.err().contains("\tat "), "a stack trace: " + result.err());
  }

  @Test
  void theNameOfTheFileFollowsFromTheType() throws Exception {
    Path input = Files.copy(Path.of(MODEL), folder.resolve("in.gguf"));
    JoraProcess.Result result = JoraWorker.run("quantize", input.toString(), "q8_0", "1");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.text().contains("quant size  = "), result.text());
    assertTrue(result.err().contains("converting to q8_0 .. size = "), result.err());
    assertTrue(Files.exists(folder.resolve("ggml-model-Q8_0.gguf")));
    JoraProcess.Result run =
        JoraWorker.run(
            "run", "-m", path("ggml-model-Q8_0.gguf"), "--prompt-ids", "1,2,3", "-n", "2", "-q");
    assertEquals(0, run.code(), run.err());
  }

  @Test
  void aFileOfOptionsThatIsNoTextIsSaidInWords() throws Exception {
    String bytes = Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xff, 0}).toString();
    String out = path("o.gguf");
    assertFails(
        JoraWorker.run("quantize", "--tensor-type-file", bytes, MODEL, out, "Q8_0"),
        1,
        "--tensor-type-file " + bytes + " cannot be read: it is no UTF-8 text");
    for (String file : new String[] {bytes, path("none"), folder.toString()}) {
      JoraProcess.Result result =
          JoraWorker.run("quantize", "--target-bpw", "9", "--calibration", file, MODEL, out);
      assertFails(result, 1, "--calibration " + file + " cannot be read: ");
      assertFalse(result.messages().contains("Exception"), result.messages());
    }
  }

  @Test
  void aDryRunWritesNothing() throws Exception {
    JoraProcess.Result result =
        JoraWorker.run("quantize", "--dry-run", MODEL, path("out.gguf"), "Q4_K_M");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.text().contains("blk.0.ffn_down.weight"), result.text());
    assertTrue(result.text().lines().allMatch(line -> line.length() < 90), result.text());
    assertEquals(result.text(), result.text().replaceAll(" +\n", "\n"), "blanks at line ends");
    assertEquals(List.of(), names());
  }

  @Test
  void whatIsWrongIsSaidBeforeTheFirstByte() throws Exception {
    Files.writeString(folder.resolve("there.gguf"), "precious");
    assertFails(JoraWorker.run("quantize", MODEL), 2, "Give a type");
    assertFails(JoraWorker.run("quantize", MODEL, path("o.gguf"), "Q4_X"), 2, "Q4_K_M");
    assertFails(JoraWorker.run("quantize", MODEL, path("o.gguf"), "Q4_0", "many"), 2, "threads");
    assertFails(
        JoraWorker.run("quantize", MODEL, path("there.gguf"), "Q8_0"), 1, "there.gguf", "--force");
    assertFails(
        JoraWorker.run("quantize", "--tensor-type", "x(=Q8_0", MODEL, path("o.gguf"), "Q8_0"),
        2,
        "x(");
    assertFails(
        JoraWorker.run("quantize", "--prune-layers", "99", MODEL, path("o.gguf"), "Q8_0"), 2, "99");
    assertFails(
        JoraWorker.run("quantize", "--override-kv", "a=b", MODEL, path("o.gguf"), "Q8_0"),
        2,
        "KEY=TYPE:VALUE");
    assertFails(
        JoraWorker.run("quantize", "--imatrix", path("none"), MODEL, path("o.gguf"), "Q8_0"),
        1,
        "none");
    assertFails(
        JoraWorker.run("quantize", MODEL, path("no/folder/o.gguf"), "Q8_0"), 1, "no folder");
    assertFails(
        JoraWorker.run("quantize", "--target-size", "5 apples", MODEL, path("o.gguf")),
        2,
        "apples");
    assertFails(
        JoraWorker.run("quantize", "--target-size", "1KB", MODEL, path("o.gguf")), 1, "too small");
    for (String target : List.of("--target-size=1GB", "--target-bpw=8")) { // nothing is measured
      assertFails(
          JoraWorker.run("quantize", target, MODEL, path("there.gguf")), 1, "there", "--force");
      assertFails(
          JoraWorker.run("quantize", target, MODEL, path("no/o.gguf")), 1, "there is no folder");
    }
    assertFails(
        JoraWorker.run("quantize", "--report", path("no/r.json"), MODEL, path("o.gguf"), "Q8_0"),
        1,
        "--report",
        "there is no folder");
    assertEquals(List.of("there.gguf"), names());
    assertEquals("precious", Files.readString(folder.resolve("there.gguf")));
  }

  @Test
  void lowBitsNeedAnImportanceMatrix() throws Exception {
    String model = Shared.path("golden/quantize/tiny-f16.gguf").toString();
    assertFails(
        JoraWorker.run("quantize", model, path("o.gguf"), "IQ2_XXS"), 1, "importance matrix");
    String matrix = Shared.path("golden/quantize/tiny-imatrix.gguf").toString();
    assertFails(
        JoraWorker.run("quantize", "--pure", "--imatrix", matrix, model, path("o.gguf"), "IQ1_S"),
        1,
        "token_embd.weight",
        "--token-embedding-type");
    assertEquals(List.of(), names());
  }

  @Test
  void theReportHasEveryTensor() throws Exception {
    JoraProcess.Result result =
        JoraWorker.run(
            "quantize", "-q", "--report", path("r.json"), MODEL, path("out.gguf"), "Q4_0");
    assertEquals(0, result.code(), result.err());
    JsonNode report = new ObjectMapper().readTree(folder.resolve("r.json").toFile());
    try (GgufFile file = GgufFile.open(folder.resolve("out.gguf"))) {
      assertEquals(file.infos().size(), report.get("tensors").size());
      for (int i = 0; i < file.infos().size(); i++) {
        TensorInfo info = file.infos().get(i);
        JsonNode node = report.get("tensors").get(i);
        assertEquals(info.name(), node.get("name").asText());
        assertEquals(info.type().name(), node.get("type").asText());
        assertEquals(info.bytes(), node.get("bytes").asLong());
        boolean changed = !node.get("source_type").equals(node.get("type"));
        assertEquals(changed, node.get("rmse").asDouble() > 0);
        assertTrue(node.get("max_error").asDouble() >= node.get("rmse").asDouble());
      }
    }
  }

  @Test
  void aSizeIsKept() throws Exception {
    long before = Files.size(Path.of(MODEL));
    long size = before * 5 / 16;
    JoraProcess.Result result =
        JoraWorker.run("quantize", "--target-size", "" + size, MODEL, path("out.gguf"));
    assertEquals(0, result.code(), result.err());
    assertTrue(result.text().contains("expected divergence"), result.text());
    long written = Files.size(folder.resolve("out.gguf"));
    assertTrue(written <= size && written > size * 0.8, written + " of " + size);
  }

  @Test
  void killedAtAFewMoments() throws Exception {
    killed(3);
  }

  @Tag("slow")
  @Test
  void killedAtManyMoments() throws Exception {
    killed(40);
  }

  /** Killed at any moment: the input is whole, and what has the final name is, too. */
  private void killed(int kills) throws Exception {
    Path model = Shared.path("models/SmolLM2-135M-Instruct.Q4_1.gguf");
    Path input = Files.copy(model, folder.resolve("in.gguf"));
    byte[] before = Files.readAllBytes(input);
    Path output = folder.resolve("out.gguf");
    String[] args = {
      "quantize", "-q", "--allow-requantize", input.toString(), output.toString(), "Q6_K"
    };
    long start = System.nanoTime();
    assertEquals(0, JoraProcess.run(args).code());
    long whole = (System.nanoTime() - start) / 1_000_000;
    byte[] good = Files.readAllBytes(output);
    Random random = new Random(1);
    int interrupted = 0;
    for (int i = 0; i < kills; i++) {
      Files.deleteIfExists(output);
      Process process = JoraProcess.start(Map.of(), args);
      process.waitFor(random.nextLong(whole), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      interrupted += process.exitValue() == 0 ? 0 : 1;
      if (Files.exists(output)) {
        assertArrayEquals(good, Files.readAllBytes(output));
      }
      for (String name : names()) {
        assertTrue(List.of("in.gguf", "out.gguf", "out.gguf.part").contains(name), name);
      }
    }
    assertTrue(interrupted >= kills / 2, interrupted + " of " + kills + " were killed in time");
    assertArrayEquals(before, Files.readAllBytes(input));
    Files.deleteIfExists(output);
    assertEquals(
        0, JoraProcess.run(args).code(), "a part that a killed run left is in nobody's way");
    assertArrayEquals(good, Files.readAllBytes(output));
    assertFalse(Files.exists(folder.resolve("out.gguf.part")));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      String[] names = files.map(path -> path.getFileName().toString()).toArray(String[]::new);
      Arrays.sort(names);
      return List.of(names);
    }
  }
}
