package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jora.kernel.KernelSelector;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are taken from under a running process, and places where nothing can be written. */
class HardFaultTest {
  private static final Path MODEL = Shared.testdata("jora-demo.gguf");

  @TempDir Path folder;

  /** What is done to the file while it is read. */
  private interface Change {
    void to(Path file) throws IOException;
  }

  private static void cut(Path file, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    }
  }

  private Path model() throws IOException {
    Path file = Files.copy(MODEL, folder.resolve("model.gguf"));
    file.toFile().setWritable(true);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_600_000_000_000L));
    return file;
  }

  /** A process that has begun to answer when its model is changed; then it ends by itself. */
  private JoraProcess.Result changed(Change change, String... options) throws Exception {
    return changed(change, 20, options);
  }

  /** As {@link #changed}; code -1 if it goes on for so many seconds. */
  private JoraProcess.Result changed(Change change, int seconds, String... options)
      throws Exception {
    Path model = model();
    List<String> words = new ArrayList<>(List.of("run", "-q", "-m", model.toString(), "--raw"));
    words.addAll(List.of("-p", "Once upon a time", "-n", "1000000", "--ignore-eos"));
    words.addAll(List.of("-c", "512", "--context-shift"));
    words.addAll(List.of(options));
    Path err = folder.resolve("err");
    Process process =
        JoraProcess.builder(Map.of(), words.toArray(String[]::new))
            .directory(folder.toFile())
            .redirectError(err.toFile())
            .start();
    try (InputStream out = process.getInputStream()) {
      out.readNBytes(200);
      change.to(model);
      byte[] rest = new byte[1 << 16];
      StringBuilder text = new StringBuilder();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      int n = 0;
      for (; n >= 0 && System.nanoTime() < end; n = out.read(rest)) {
        text.append(new String(rest, 0, n, java.nio.charset.StandardCharsets.ISO_8859_1));
      }
      boolean ended = n < 0 && process.waitFor(5, TimeUnit.SECONDS);
      process.destroyForcibly().waitFor();
      return new JoraProcess.Result(
          ended ? process.exitValue() : -1,
          text.toString().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
          Files.readString(err));
    }
  }

  private void assertOneSentence(JoraProcess.Result result, String part) throws IOException {
    assertEquals(1, result.code(), result.err());
    assertTrue(result.messages().contains(part), result.messages());
    assertEquals(1, result.messages().lines().count(), result.messages());
    assertFalse(result.text().contains("fatal error"), "the JVM speaks on stdout");
    try (Stream<Path> files = Files.list(folder)) {
      assertTrue(
          files.noneMatch(file -> file.getFileName().toString().matches("(hs_err|core|replay).*")));
    }
  }

  static List<String> rungs() {
    return KernelSelector.names();
  }

  @ParameterizedTest
  @MethodSource("rungs")
  void aModelThatIsCutIsNamed(String kernels) throws Exception {
    JoraProcess.Result result = changed(file -> cut(file, 0), "--kernels", kernels);
    assertOneSentence(result, "model.gguf was cut from " + Files.size(MODEL) + " to 0 bytes");
  }

  @Test
  void aModelThatIsCutInHalfIsNamed() throws Exception {
    long half = Files.size(MODEL) / 2;
    JoraProcess.Result result = changed(file -> cut(file, half));
    assertOneSentence(result, "was cut from " + Files.size(MODEL) + " to " + half + " bytes");
  }

  @Test
  void aModelThatIsWrittenToIsNamed() throws Exception {
    JoraProcess.Result result =
        changed(
            file -> {
              try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(java.nio.ByteBuffer.allocate(1000), Files.size(file) - 1000);
              }
            });
    assertOneSentence(result, "model.gguf was written to while it was read");
  }

  @Test
  void aModelThatIsReplacedOrRemovedIsReadToItsEnd() throws Exception {
    Path other = Files.writeString(folder.resolve("other"), "no model");
    JoraProcess.Result result =
        changed(file -> Files.move(other, file, StandardCopyOption.REPLACE_EXISTING), 3);
    assertEquals(-1, result.code(), "it goes on: " + result.err());
    Files.delete(folder.resolve("model.gguf"));
    assertEquals(-1, changed(Files::delete, 3).code(), "it goes on");
  }

  @Test
  void whereNothingCanBeWrittenOneSentenceSaysSo() throws Exception {
    Path none = folder.resolve("none/x");
    Path there = Files.createDirectory(folder.resolve("folder"));
    Path text = folder.resolve("text");
    Files.writeString(text, "Once upon a time there was a dog. ".repeat(60));
    String model = MODEL.toString();
    String f = text.toString();
    for (Path out : List.of(none, there)) {
      String o = out.toString();
      for (List<String> words :
          List.of(
              List.of("quantize", "--allow-requantize", model, o, "Q8_0"),
              List.of("quantize", "--allow-requantize", model, "--report", o, "/dev/null", "Q8_0"),
              List.of("imatrix", "-m", model, "-f", f, "-c", "64", "--chunks", "1", "-o", o),
              List.of("perplexity", "-m", model, "-f", f, "-c", "64", "--per-token", o),
              List.of("perplexity", "-m", model, "-f", f, "-c", "64", "--heatmap", o),
              List.of("perplexity", "-m", model, "-f", f, "-c", "64", "--kl-divergence-base", o),
              List.of("run", "-m", model, "-p", "a", "-n", "1", "--prompt-cache", o))) {
        JoraProcess.Result result = JoraWorker.run(words.toArray(String[]::new));
        assertEquals(1, result.code(), words + ": " + result.err());
        assertFalse(result.err().contains("(a bug?)"), words + ": " + result.err());
        assertTrue(result.err().contains(o), words + ": " + result.err());
      }
    }
  }

  @Test
  void devicesStayDevices() throws Exception {
    Path device = Path.of("/dev/null");
    assumeTrue(Files.isWritable(device), "skipped: there is no /dev/null");
    JoraProcess.Result result =
        JoraProcess.run("quantize", "-q", "--allow-requantize", "" + MODEL, "/dev/null", "Q8_0");
    assertEquals(0, result.code(), result.err());
    assertFalse(Files.isRegularFile(device));
  }

  @Test
  void twoProcessesDoNotWriteTheSameModel() throws Exception {
    Path out = folder.resolve("out.gguf");
    String[] words = {
      "quantize", "-q", "--allow-requantize", "--force", "" + MODEL, "" + out, "Q8_0"
    };
    assertEquals(0, JoraProcess.run(words).code());
    byte[] good = Files.readAllBytes(out);
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(
          JoraProcess.builder(Map.of(), words)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(folder.resolve("err" + i).toFile())
              .start());
    }
    for (int i = 0; i < all.size(); i++) {
      int code = all.get(i).waitFor();
      String err = Files.readString(folder.resolve("err" + i));
      assertTrue(code == 0 || code == 1 && err.contains("is writing it already"), err);
    }
    assertEquals(-1, java.util.Arrays.mismatch(good, Files.readAllBytes(out)));
    assertFalse(Files.exists(folder.resolve("out.gguf.part")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/zero", "/dev/null", "/", "/dev/stdin"})
  void whatIsNoFileIsNoModel(String path) throws Exception {
    for (String command : List.of("run", "info", "tokenize")) {
      JoraProcess.Result result =
          command.equals("info")
              ? JoraProcess.run(command, path)
              : JoraProcess.run(command, "-m", path, "-p", "a");
      assertEquals(1, result.code(), result.err());
      assertEquals("", result.text());
      assertTrue(result.messages().startsWith("jora: " + path + ": "), result.messages());
      assertEquals(1, result.messages().lines().count(), result.messages());
    }
  }
}
