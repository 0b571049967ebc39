package dev.jora.cli.embed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.cli.JoraProcess;
import dev.jora.cli.JoraWorker;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.TensorInfo;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jora embed} as a user meets it. */
class EmbedTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path BERT = model("bert-mean");
  private static final int WIDTH = 48;

  @TempDir Path folder;

  static Path model(String name) {
    return Shared.testdata("embeddings/" + name + "/model.gguf");
  }

  /** A copy of a model's file with a key of another value. */
  static void copy(String name, String key, GgufValue value, Path target) throws IOException {
    try (GgufFile file = GgufFile.open(model(name))) {
      Map<String, GgufValue> values = new LinkedHashMap<>(file.metadata().values());
      values.put(key, value);
      try (GgufWriter out = GgufWriter.create(target, values, file.infos())) {
        for (TensorInfo info : file.infos()) {
          out.append(file.tensors().get(info.name()).data());
        }
        out.finish();
      }
    }
  }

  private static JoraProcess.Result run(byte[] stdin, Object... args) throws IOException {
    List<String> all = new ArrayList<>(List.of("embed"));
    Stream.of(args).map(Object::toString).forEach(all::add);
    return JoraWorker.run(stdin, all.toArray(String[]::new));
  }

  private static String ok(Object... args) throws IOException {
    return okWith("", args);
  }

  private static String okWith(String stdin, Object... args) throws IOException {
    JoraProcess.Result result = run(stdin.getBytes(StandardCharsets.UTF_8), args);
    assertEquals(0, result.code(), result.err());
    return result.text();
  }

  /** One sentence, no trace, nothing on stdout. */
  private static String refused(int code, Object... args) throws IOException {
    JoraProcess.Result result = run(new byte[0], args);
    assertEquals(code, result.code(), result.err());
    assertEquals("", result.text());
    assertFalse(result.err().contains("\tat "), result.err());
    return result.err();
  }

  private static void assertSays(String message, String... parts) {
    for (String part : parts) {
      assertTrue(message.contains(part), message + " has no " + part);
    }
  }

  private static List<double[]> lines(String text) throws IOException {
    List<double[]> vectors = new ArrayList<>();
    for (String line : text.lines().toList()) {
      vectors.add(vector(MAPPER.readTree(line)));
    }
    return vectors;
  }

  private static double[] vector(JsonNode array) {
    double[] vector = new double[array.size()];
    for (int i = 0; i < vector.length; i++) {
      assertTrue(array.get(i).isNumber());
      vector[i] = array.get(i).doubleValue();
    }
    return vector;
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-mean", "nomic-bert", "qwen3-last"})
  void equalsLlamaCppNormalised(String name) throws IOException {
    JsonNode golden = MAPPER.readTree(model(name).resolveSibling("golden.json").toFile());
    List<Object> args = new ArrayList<>(List.of("-m", model(name), "--no-escape"));
    golden.get("texts").forEach(text -> args.addAll(List.of("-p", text.get("text").asText())));
    args.addAll(List.of("--embd-separator", "<#none#>"));
    List<double[]> found = lines(ok(args.toArray()));
    assertEquals(golden.get("texts").size(), found.size());
    for (int i = 0; i < found.size(); i++) {
      double[] wanted = vector(golden.get("texts").get(i).get("embedding"));
      double length = 0;
      for (double x : wanted) {
        length += x * x;
      }
      for (int j = 0; j < wanted.length; j++) {
        wanted[j] /= Math.sqrt(length);
      }
      assertArrayEquals(wanted, found.get(i), 2e-3, "text " + i);
    }
  }

  @Test
  void textsComeFromEverywhereInOrder() throws IOException {
    String words = ok("-m", BERT, "one", "two", "three", "four", "five");
    Path first = write("a.txt", "three\n");
    Path second = write("b.txt", "\ufefffour\r\n");
    assertEquals(
        words, okWith("five", "-m", BERT, "one", "-p", "two", "-f", first, "-f", second, "-"));
    assertEquals(words, okWith("one\ntwo\nthree\nfour\nfive\n", "-m", BERT));
    assertEquals(words, okWith("three\r\nfour\nfive", "-m", BERT, "one", "two", "--stdin"));
    assertEquals(words, ok(BERT, "-p", "one\\ntwo\\nthree\\nfour\\nfive\\n"));
    assertEquals(
        words, ok(BERT, "-p", "one##two", "-p", "three##four##five", "--embd-separator=##"));
  }

  @Test
  void emptyLinesStayInPlace() throws IOException {
    Path file = write("lines.txt", "one\n\ntwo\n");
    List<double[]> found = lines(ok("-m", BERT, "-f", file));
    assertEquals(3, found.size());
    assertArrayEquals(lines(ok("-m", BERT, "")).getFirst(), found.get(1));
    Path bare = folder.resolve("bare.gguf");
    JoraProcess.Result made =
        JoraWorker.run(
            "gguf",
            "set",
            "" + model("llama-mean"),
            "-o",
            "" + bare,
            "--kv",
            "tokenizer.ggml.add_bos_token=bool:false");
    assertEquals(0, made.code(), made.err());
    Path gap = write("gap.txt", "a\n\nb\n");
    assertSays(refused(1, "-m", bare, "-f", gap), "gap.txt, line 2", "no token", "--prefix");
    assertEquals(3, ok("-m", bare, "-f", gap, "--prefix", "find: ").lines().count());
  }

  @Test
  void filesCanBeOneText() throws IOException {
    Path file = write("poem.txt", "one\ntwo\n");
    assertEquals(ok("-m", BERT, "one\\ntwo"), ok("-m", BERT, "-f", file, "--whole"));
    assertEquals(ok("-m", BERT, "one\\ntwo"), okWith("one\ntwo\n", "-m", BERT, "--whole", "-"));
    assertEquals(2, ok("-m", BERT, "-f", file).lines().count());
  }

  @Test
  void prefixStandsBeforeEachText() throws IOException {
    assertEquals(
        ok("-m", BERT, "find: one", "find: "), ok("-m", BERT, "--prefix", "find: ", "one", ""));
  }

  @Test
  void escapesAreProcessedUnlessTheyAreNot() throws IOException {
    Path file = write("escaped.txt", "a\\tcat\n");
    assertEquals(ok("-m", BERT, "-f", file), ok("-m", BERT, "--no-escape", "a\\tcat"));
    assertFalse(ok("-m", BERT, "-f", file).equals(ok("-m", BERT, "a\\tcat")));
  }

  @ParameterizedTest
  @CsvSource({"-1", "0", "1", "2", "3", "7"})
  void normalises(int norm) throws IOException {
    double[] plain = lines(ok("-m", BERT, "a cat", "--embd-normalize", -1)).getFirst();
    double[] found = lines(ok("-m", BERT, "a cat", "--embd-normalize", norm)).getFirst();
    double sum = 0;
    for (double x : plain) {
      double abs = Math.abs(x);
      sum = norm == 0 ? Math.max(sum, abs) : sum + Math.pow(abs, norm);
    }
    double factor = norm == -1 ? 1 : norm == 0 ? 32760 / sum : Math.pow(sum, -1.0 / norm);
    for (int i = 0; i < plain.length; i++) {
      assertEquals(plain[i] * factor, found[i], 1e-6 * Math.max(1, Math.abs(found[i])));
    }
  }

  @Test
  void zerosStay() {
    for (int norm = -1; norm < 5; norm++) {
      assertArrayEquals(new float[3], new Normalisation(norm).apply(new float[3]));
    }
  }

  /** Powers of small values are 0 in a double, and those of large ones infinite. */
  @ParameterizedTest
  @ValueSource(floats = {Float.MIN_VALUE, 1e-38f, 1e-3f, 1, 1000, Float.MAX_VALUE})
  void everyLengthIsReached(float largest) {
    float[] vector = {-largest, largest, 0, 0};
    for (int norm : new int[] {2, 3, 300, 10_000, Integer.MAX_VALUE}) {
      float value = (float) Math.pow(2, -1.0 / norm);
      assertArrayEquals(
          new float[] {-value, value, 0, 0}, new Normalisation(norm).apply(vector), 1e-6f);
    }
    assertArrayEquals(new float[] {-0.5f, 0.5f, 0, 0}, new Normalisation(1).apply(vector), 1e-6f);
    assertArrayEquals(new float[] {-32760, 32760, 0, 0}, new Normalisation(0).apply(vector), 1e-2f);
    assertArrayEquals(vector, new Normalisation(-1).apply(vector));
  }

  /** Files that say so of models that write elsewhere: nothing is kept of what they have read. */
  @Test
  void modelsThatLookBothWaysReadAndDoNotWrite() throws IOException {
    Path both = folder.resolve("both.gguf");
    copy("qwen3-last", "qwen3.attention.causal", new GgufValue.Bool(false), both);
    Path text = write("text.txt", "A cat sat on the mat. ".repeat(40));
    for (String[] words :
        new String[][] {
          {"run", "-p", "hello", "-n", "4"},
          {"chat", "--chat-template", "chatml", "-p", "hello"},
          {"perplexity", "-f", "" + text, "-c", "16"},
          {"imatrix", "-f", "" + text, "-c", "16", "-o", "" + folder.resolve("i.gguf")},
          {"bench", "-p", "0", "-n", "4", "-r", "1"}
        }) {
      List<String> all = new ArrayList<>(List.of(words));
      all.addAll(1, List.of("-m", "" + both));
      JoraProcess.Result result = JoraWorker.run(all.toArray(String[]::new));
      assertEquals(1, result.code(), all + result.err());
      assertSays(result.err(), "qwen3.attention.causal is false", "jora embed makes vectors");
    }
    List<Object> args = List.of("-m", both, "a longer text than one", "another one");
    List<double[]> whole = lines(ok(args.toArray()));
    for (String batch : List.of("1", "3", "16")) {
      List<Object> pieces = new ArrayList<>(args);
      pieces.addAll(List.of("-b", batch));
      List<double[]> found = lines(ok(pieces.toArray()));
      for (int i = 0; i < 2; i++) {
        assertArrayEquals(whole.get(i), found.get(i), 1e-5, "-b " + batch);
      }
    }
  }

  @Test
  void poolsAsAsked() throws IOException {
    double[][] tokens = new double[3][];
    JsonNode all = MAPPER.readTree(ok("-m", BERT, "a", "--pooling", "none", "--embd-normalize=-1"));
    for (int i = 0; i < 3; i++) {
      tokens[i] = vector(all.get(i));
    }
    assertEquals(3, all.size(), "[CLS] a [SEP]");
    double[] mean = lines(ok("-m", BERT, "a", "--embd-normalize=-1")).getFirst();
    for (int i = 0; i < WIDTH; i++) {
      assertEquals((tokens[0][i] + tokens[1][i] + tokens[2][i]) / 3, mean[i], 1e-5);
    }
    assertArrayEquals(tokens[0], pooled("cls"), 1e-6);
    assertArrayEquals(tokens[2], pooled("LAST"), 1e-6);
    assertArrayEquals(mean, pooled("mean"), 1e-6);
  }

  private static double[] pooled(String pooling) throws IOException {
    return lines(ok("-m", BERT, "a", "--pooling", pooling, "--embd-normalize", "-1")).getFirst();
  }

  @Test
  void printsEveryFormat() throws IOException {
    List<double[]> lines = lines(ok("-m", BERT, "a cat", "water"));
    JsonNode array = MAPPER.readTree(ok("-m", BERT, "a cat", "water", "--format", "array"));
    JsonNode json = MAPPER.readTree(ok("-m", BERT, "a cat", "water", "--embd-output-format=json"));
    JsonNode plus = MAPPER.readTree(ok("-m", BERT, "a cat", "water", "--format", "json+"));
    String csv = ok("-m", BERT, "a cat", "water", "--format", "csv");
    byte[] raw = run(new byte[0], "-m", BERT, "a cat", "water", "--format", "RAW").out();
    assertEquals(2, array.size());
    assertEquals("list", json.get("object").asText());
    assertEquals("model.gguf", json.get("model").asText());
    assertEquals(2 * WIDTH * Float.BYTES, raw.length);
    ByteBuffer floats = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(lines.get(i), vector(array.get(i)));
      JsonNode data = json.get("data").get(i);
      assertEquals("embedding", data.get("object").asText());
      assertEquals(i, data.get("index").asInt());
      assertArrayEquals(lines.get(i), vector(data.get("embedding")));
      assertEquals(data, plus.get("data").get(i));
      String[] numbers = csv.lines().toList().get(i).split(",");
      assertEquals(WIDTH, numbers.length);
      for (int j = 0; j < WIDTH; j++) {
        assertEquals((float) lines.get(i)[j], Float.parseFloat(numbers[j]));
        assertEquals((float) lines.get(i)[j], floats.getFloat());
      }
    }
    assertEquals(json.get("usage"), plus.get("usage"));
    assertEquals(7, json.get("usage").get("prompt_tokens").asInt(), "[CLS] a cat [SEP] ...");
    assertEquals(7, json.get("usage").get("total_tokens").asInt());
    double dot = 0;
    for (int j = 0; j < WIDTH; j++) {
      dot += lines.get(0)[j] * lines.get(1)[j];
    }
    JsonNode cosines = plus.get("cosineSimilarity");
    assertEquals(1, cosines.get(0).get(0).doubleValue(), 1e-6);
    assertEquals(dot, cosines.get(0).get(1).doubleValue(), 1e-6);
    assertEquals(dot, cosines.get(1).get(0).doubleValue(), 1e-6);
    assertFalse(MAPPER.readTree(ok(BERT, "a", "--format=json+")).has("cosineSimilarity"));
  }

  @Test
  void everyTokenHasItsVectorInEveryFormat() throws IOException {
    List<Object> args = List.of("-m", BERT, "a", "water", "--pooling", "none", "--format");
    JsonNode array = MAPPER.readTree(ok(with(args, "array")));
    JsonNode json = MAPPER.readTree(ok(with(args, "json")));
    assertEquals(2, ok(with(args, "lines")).lines().count());
    assertEquals(6, ok(with(args, "csv")).lines().count());
    assertEquals(6 * WIDTH * Float.BYTES, run(new byte[0], with(args, "raw")).out().length);
    for (int i = 0; i < 2; i++) {
      assertEquals(3, array.get(i).size());
      assertEquals(array.get(i), json.get("data").get(i).get("embedding"));
    }
    assertSays(refused(1, with(args, "json+")), "json+", "--pooling");
  }

  private static Object[] with(List<Object> args, Object more) {
    List<Object> all = new ArrayList<>(args);
    all.add(more);
    return all.toArray();
  }

  @Test
  void writesFilesThatAreWhole() throws IOException {
    Path file = folder.resolve("vectors.jsonl");
    assertEquals("", ok("-m", BERT, "a cat", "-o", file));
    assertEquals(ok("-m", BERT, "a cat"), Files.readString(file));
    Files.delete(file);
    String longText = "a ".repeat(600);
    refused(1, "-m", BERT, "a cat", longText, "-o", file);
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
    refused(1, "-m", BERT, "a", "-o", folder);
    refused(1, "-m", BERT, "a", "-o", folder.resolve("none").resolve("x"));
  }

  @Test
  void textsThatAreTooLongAreRefusedOrCut() throws IOException {
    Path file = write("long.txt", "one\n" + "a ".repeat(20) + "\n");
    String message = refused(1, "-m", BERT, "-c", 8, "-f", file);
    assertSays(message, "long.txt, line 2", "22 tokens", "at most 8", "--truncate", "-c");
    JoraProcess.Result cut =
        run(new byte[0], "-m", BERT, "-c", 8, "-f", file, "--truncate", "--pooling", "none");
    assertEquals(0, cut.code(), cut.err());
    assertSays(cut.err(), "1 text was too long and is cut to 8 tokens");
    JsonNode tokens = MAPPER.readTree(cut.text().lines().toList().get(1));
    JsonNode whole = MAPPER.readTree(ok("-m", BERT, "a ".repeat(6), "--pooling", "none"));
    assertEquals(whole, tokens, "[CLS] a a a a a a [SEP]: the end stays");
    String most = refused(1, "-m", BERT, "a ".repeat(6000));
    assertSays(most, "text 1", "6002 tokens", "--truncate");
    assertFalse(most.contains("-c larger"), most);
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertSays(refused(1, "-m", BERT, "-f", folder.resolve("none.txt")), "none.txt: no such file");
    assertSays(refused(1, "-m", BERT, "-f", folder), "is a folder");
    assertSays(refused(1, "-m", BERT, "-f", write("empty.txt", "")), "there is no text");
    assertSays(refused(1, "-m", BERT), "there is no text");
    assertSays(refused(2, "-m", BERT, "a", "--pooling", "rank"), "jora rerank");
    assertSays(refused(2, "-m", BERT, "a", "--pooling", "max"), "'max'", "mean, cls or last");
    assertSays(refused(2, "-m", BERT, "a", "--embd-normalize", -2), "--embd-normalize", "-2");
    assertSays(refused(2, "-m", BERT, "a", "--embd-normalize", "x"), "'x'");
    assertSays(refused(2, "-m", BERT, "a", "--format", "xml"), "'xml'", "json+");
    assertSays(refused(1, "-m", model("bert-rank"), "a"), "is a reranker", "jora rerank");
    assertSays(refused(2, "-m", BERT, "a", "--rerank"), "jora rerank");
    assertEquals(0, run(new byte[0], "-m", model("bert-rank"), "a", "--pooling=cls").code());
  }

  @Test
  void brokenNumbersAreNoVectors() throws IOException {
    byte[] bytes = Files.readAllBytes(BERT);
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = bytes.length - 4096; at < bytes.length; at += Float.BYTES) {
      numbers.putFloat(at, Float.NaN);
    }
    Path broken = Files.write(folder.resolve("broken.gguf"), bytes);
    assertSays(refused(1, "-m", broken, "a cat"), "broken.gguf");
  }

  @Test
  void worksWithModelsThatWrite() throws IOException {
    Path demo = Shared.testdata("jora-demo.gguf");
    String last = ok("-m", demo, "Once upon a time");
    assertEquals(last, ok("-m", demo, "Once upon a time", "--pooling", "last"));
    assertFalse(last.equals(ok("-m", demo, "Once upon a time", "--pooling", "mean")));
  }

  @Test
  void vectorsAreTheSameInAnyCompany() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      text.append("people look for ".repeat(1 + i % 5)).append("water\n");
    }
    Path file = write("many.txt", text.toString());
    for (String name : List.of("bert-mean", "llama-mean")) {
      String all = ok("-m", model(name), "-f", file);
      assertEquals(all, ok("-m", model(name), "-f", file, "-b", 7), name);
      assertEquals(all, ok("-m", model(name), "-f", file, "-ub", 33), name);
    }
    assertEquals(
        ok("-m", BERT, "-f", file, "--kernels", "scalar"),
        ok("-m", BERT, "-f", file, "--kernels", "scalar", "-t", 1));
  }

  @Test
  void tellsWhatItDidUnlessItIsToBeQuiet() throws IOException {
    JoraProcess.Result told = run(new byte[0], "-m", BERT, "a", "water");
    assertTrue(
        told.err().matches("(?s).*embed: 2 texts, 6 tokens in [\\d.]+ s, [\\d.]+ t/s\n.*"),
        told.err());
    assertEquals("", run(new byte[0], "-m", BERT, "a", "-q").err());
    assertSays(run(new byte[0], "-m", BERT, "a", "-v").err(), "kernels:");
  }

  @Test
  void memoryDoesNotGrowWithTexts() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      text.append("people look for water and then they find more of it ").append(i).append('\n');
    }
    Path file = write("lines.txt", text.toString());
    Path out = folder.resolve("out.f32");
    ProcessBuilder builder = command("-m", BERT, "-f", file, "--format", "raw", "-o", out);
    builder.environment().put("JDK_JAVA_OPTIONS", "-Xmx40m -Xmn8m");
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertEquals(5000L * WIDTH * Float.BYTES, Files.size(out));
  }

  /** Vectors come while texts are still to come: nobody waits for the last one. */
  @Test
  void vectorsComeBeforeTheLastText() throws Exception {
    Process process =
        command("-m", BERT, "-q").redirectError(ProcessBuilder.Redirect.DISCARD).start();
    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return process.inputReader().readLine();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            task -> new Thread(task).start());
    byte[] texts = "people look for water\n".repeat(1500).getBytes(StandardCharsets.UTF_8);
    process.getOutputStream().write(texts);
    process.getOutputStream().flush();
    try {
      assertEquals(WIDTH, MAPPER.readTree(first.get(60, TimeUnit.SECONDS)).size());
    } finally {
      process.destroy();
    }
  }

  /** A signal while a pipe has no more to give: nothing is left of the file. */
  @ParameterizedTest
  @ValueSource(ints = {0, 100, 300, 2000})
  void signalsLeaveNothingHalfWritten(int millis) throws Exception {
    Path out = folder.resolve("out.jsonl");
    Process process = command("-m", BERT, "--stdin", "-o", out).redirectErrorStream(true).start();
    Path part = folder.resolve("out.jsonl.part");
    for (int i = 0; i < 600 && !Files.exists(part); i++) {
      Thread.sleep(50);
    }
    assertTrue(Files.exists(part));
    process.getOutputStream().write("one\n".getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    Thread.sleep(millis); // the model may be on its way
    process.destroy();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertEquals(143, process.exitValue());
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }

  /** Nobody writes into the pipe: there is nothing to be busy with. */
  @Test
  void signalsEndWaitingForAPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    try {
      Assumptions.assumeTrue(new ProcessBuilder("mkfifo", "" + pipe).start().waitFor() == 0);
    } catch (IOException e) {
      Assumptions.abort("no mkfifo here");
    }
    Path said = folder.resolve("said");
    Process process =
        command("-m", BERT, "-f", pipe)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    Thread.sleep(4000);
    process.destroy();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertFalse(Files.readString(said).contains("busy"), Files.readString(said));
    assertEquals(143, process.exitValue());
  }

  private static ProcessBuilder command(Object... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.jora.cli.Main"));
    command.add("embed");
    Stream.of(args).map(Object::toString).forEach(command::add);
    return new ProcessBuilder(command);
  }

  @Test
  void rawNumbersAreNothingForATerminal() throws Exception {
    ProcessBuilder builder = command("-m", BERT, "a", "--format", "raw");
    builder.environment().put("JDK_JAVA_OPTIONS", "-Djora.tty=1");
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(2, process.waitFor(), said);
    assertSays(said, "terminal", "-o FILE");
  }

  @Test
  void encodersAreRefusedWhereTextIsToBeWritten() throws IOException {
    Path text = write("text.txt", "people look for water ".repeat(40));
    Path imatrix = folder.resolve("i.gguf");
    List<List<Object>> commands =
        List.of(
            List.of("run", "-m", BERT, "-p", "a"),
            List.of("run", "-m", BERT, "-p", "a", "--raw"),
            List.of("chat", "-m", BERT, "-p", "a", "-st"),
            List.of("perplexity", "-m", BERT, "-f", text, "-c", 16),
            List.of("perplexity", "--compare", BERT, BERT, "-f", text, "-c", 16),
            List.of("imatrix", "-m", BERT, "-f", text, "-c", 16, "-o", imatrix),
            List.of("bench", "-m", BERT, "-p", 8, "-n", 4, "-r", 1),
            List.of("bench", "-m", BERT, "-p", 0, "-n", 0, "-pg", "4,4", "-r", 1));
    for (List<Object> command : commands) {
      String[] words = command.stream().map(Object::toString).toArray(String[]::new);
      JoraProcess.Result result = JoraWorker.run(words);
      assertEquals(1, result.code(), command + ": " + result.err());
      assertSays(result.err(), "model.gguf is an encoder (bert)", "jora embed");
      assertFalse(result.err().contains("unexpected"), result.err());
    }
  }

  @Test
  void benchTimesHowAnEncoderReads() throws IOException {
    for (String name : List.of("bert-mean", "modern-bert", "nomic-bert-moe", "gemma-embedding")) {
      JoraProcess.Result result =
          JoraWorker.run(
              "bench", "-m", "" + model(name), "-p", "600", "-n", "0", "-r", "1", "-o", "json");
      assertEquals(0, result.code(), result.err());
      assertEquals(600, MAPPER.readTree(result.text()).get(0).get("n_prompt").asInt());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bert-mean|embeddings    encoder, pooling mean",
        "bert-rank|embeddings    encoder, pooling rank, reranker",
        "qwen3-last|embeddings    pooling last",
        "bert-rank-labels|embeddings    encoder, pooling rank, reranker with labels contradiction,"
            + " entailment, neutral"
      })
  void infoSaysWhatTextsBecome(String name, String line) throws IOException {
    JoraProcess.Result result = JoraWorker.run("info", "" + model(name));
    assertEquals(0, result.code(), result.err());
    assertSays(result.text(), line);
    JsonNode json = MAPPER.readTree(JoraWorker.run("info", "--json", "" + model(name)).text());
    assertEquals(!name.equals("qwen3-last"), json.get("embeddings").get("encoder").asBoolean());
    assertEquals(name.contains("rank"), json.get("embeddings").get("reranker").asBoolean());
  }

  @Test
  void quantizedEncodersEmbedAlmostTheSame() throws IOException {
    Path small = folder.resolve("small.gguf");
    for (String name : List.of("bert-mean", "nomic-bert", "jina-bert-v2", "modern-bert")) {
      JoraProcess.Result made =
          JoraWorker.run("quantize", "--force", "" + model(name), "" + small, "Q8_0");
      assertEquals(0, made.code(), made.err());
      JsonNode info = MAPPER.readTree(JoraWorker.run("info", "--json", "" + small).text());
      for (JsonNode tensor : info.get("tensors")) {
        String tensorName = tensor.get("name").asText();
        boolean stays =
            tensorName.endsWith("_norm.weight")
                || tensorName.equals("position_embd.weight")
                || tensorName.equals("token_types.weight")
                || tensorName.endsWith(".bias");
        assertEquals(stays ? "F32" : "Q8_0", type(tensor), tensorName);
      }
      String text = "The cat sat on the mat.";
      double[] before = lines(ok("-m", model(name), text)).getFirst();
      double[] after = lines(ok("-m", small, text)).getFirst();
      double cosine = 0;
      for (int i = 0; i < before.length; i++) {
        cosine += before[i] * after[i];
      }
      assertTrue(cosine > 0.99, name + ": " + cosine);
    }
  }

  /** A row that no block fits keeps what the fallback gives it. */
  private static String type(JsonNode tensor) {
    boolean cut = tensor.get("shape").get(0).asInt() % 32 != 0;
    return cut && tensor.get("type").asText().equals("F16") ? "Q8_0" : tensor.get("type").asText();
  }

  @ParameterizedTest
  @CsvSource({
    "llama-embedding, jora embed",
    "embedding, jora embed",
    "embeddings, jora embed",
    "llama-rerank, jora rerank"
  })
  void isFoundByOtherNames(String name, String command) throws IOException {
    JoraProcess.Result result = JoraWorker.run(name, "-m", "" + BERT);
    assertEquals(2, result.code());
    assertSays(result.err(), "'" + name + "'", command);
  }

  @Test
  void optionsOfLlamaEmbeddingAreUnderstood() throws IOException {
    String plain = ok("-m", BERT, "a");
    assertEquals(plain, ok("-m", BERT, "-p", "a", "--embedding", "-ngl", 0, "-n", 4));
    assertSays(refused(2, "-m", BERT, "-bf", BERT), "--whole");
    assertSays(refused(2, "-m", BERT, "-p", "a", "--attention", "causal"), "--attention");
    JoraProcess.Result run = JoraWorker.run("run", "-m", "" + BERT, "--embedding", "-p", "a");
    assertEquals(2, run.code());
    assertSays(run.err(), "jora embed");
  }

  @Test
  void settingsComeFromTheEnvironment() throws IOException {
    JoraProcess.Result result =
        JoraWorker.run(
            new byte[0], Map.of("JORA_POOLING", "cls"), "embed", "-m", "" + BERT, "a cat");
    assertEquals(ok("-m", BERT, "a cat", "--pooling", "cls"), result.text());
  }

  @Test
  void neverReplacesWhatItReads() throws IOException {
    Path model = Files.copy(BERT, folder.resolve("model.gguf"));
    Path text = write("notes.txt", "a cat\n");
    Path soft = Files.createSymbolicLink(folder.resolve("soft.gguf"), model);
    Path hard = Files.createLink(folder.resolve("hard.txt"), text);
    for (Path output : List.of(model, soft, folder.resolve("./model.gguf"), text, hard)) {
      assertSays(refused(1, "-m", model, "-f", text, "-o", output), "" + output, "is the input");
    }
    assertArrayEquals(Files.readAllBytes(BERT), Files.readAllBytes(model));
    assertEquals("a cat\n", Files.readString(text));
    Path other = write("old.jsonl", "old");
    ok("-m", model, "-f", text, "-o", other);
    assertTrue(Files.readString(other).startsWith("["));
  }
}
