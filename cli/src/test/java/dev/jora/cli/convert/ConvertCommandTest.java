package dev.jora.cli.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.cli.JoraProcess;
import dev.jora.cli.JoraWorker;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.PartFile;
import dev.jora.gguf.TensorInfo;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code convert} is given, what it writes where, and what it says. */
final class ConvertCommandTest {
  @TempDir private Path root;
  private Path folder;
  private Path weights;

  @BeforeEach
  void aModel() throws IOException {
    folder = Files.createDirectories(root.resolve("Tiny-Llama-chat-v1.0"));
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(Shared.testdata("checkpoints/llama").resolve(name), folder.resolve(name));
    }
    Files.copy(Shared.testdata("checkpoints/tokenizer.json"), folder.resolve("tokenizer.json"));
    weights = folder.resolve("model.safetensors");
  }

  private static JoraProcess.Result convert(Object... words) throws IOException {
    return JoraWorker.run(
        Stream.concat(Stream.of("convert"), Stream.of(words).map(Object::toString))
            .toArray(String[]::new));
  }

  /** What was written, by the last line of stdout. */
  private static GgufFile written(JoraProcess.Result result) {
    assertEquals(0, result.code(), result.err());
    return GgufFile.open(Path.of(result.text().strip()));
  }

  private static String refused(int code, JoraProcess.Result result) {
    assertEquals(code, result.code(), result.err());
    assertEquals("", result.text());
    return result.messages();
  }

  private List<String> files(Path in) throws IOException {
    try (Stream<Path> all = Files.list(in)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static Path safetensors(Path file, int bytes, String... entries) throws IOException {
    byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.UTF_8);
    byte[] all =
        ByteBuffer.allocate(8 + header.length + bytes)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .array();
    return Files.write(file, all);
  }

  private static String entry(String name, String type, String shape, int from, int to) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(name, type, shape, from, to);
  }

  @Test
  void aFolderGetsTheNameOfTheConventionBesideIt() throws IOException {
    JoraProcess.Result result = convert(folder);
    written(result).close();
    assertEquals(root.resolve("Tiny-Llama-22K-chat-v1.0-BF16.gguf") + "\n", result.text());
    assertTrue(refused(1, convert(folder)).contains("there already"), "no --force");
    assertEquals(0, convert(folder, "--force").code());
    assertTrue(
        convert(folder, "--outtype", "q8_0")
            .text()
            .endsWith("Tiny-Llama-22K-chat-v1.0-Q8_0.gguf\n"));
  }

  @Test
  void whatOfAModelCardIsPassedOverIsTold() throws IOException {
    Files.writeString(folder.resolve("README.md"), "---\nname: {a: 1}\nlicense: mit\n---\n");
    JoraProcess.Result result = convert("--dry-run", folder);
    assertEquals(0, result.code(), result.err());
    assertTrue(
        result.messages().startsWith("jora: warning: README.md: name is passed over"),
        result.err());
    assertEquals(List.of("Tiny-Llama-chat-v1.0"), files(root));
  }

  @Test
  void aFileAloneKeepsNamesAndTypes() throws IOException {
    JoraProcess.Result result = convert(weights);
    assertEquals(folder.resolve("model.gguf") + "\n", result.text());
    assertTrue(result.messages().contains("no model: jora convert " + folder), result.err());
    try (GgufFile file = written(result)) {
      assertEquals(21, file.infos().size());
      Tensor info = file.tensors().get("model.layers.1.mlp.down_proj.weight");
      assertEquals(GgmlType.F32, info.type());
      assertEquals("[48, 32]", info.shape().toString());
      assertEquals(List.of("general.name"), List.copyOf(file.metadata().values().keySet()));
    }
  }

  @Test
  void tensorsByNameAndPattern() throws IOException {
    Path out = root.resolve("some.gguf");
    JoraProcess.Result result =
        convert(
            weights,
            "-o",
            out,
            "--outtype",
            "q8_0",
            "--tensor",
            "lm_head.weight",
            "--tensor",
            "model.layers.0.*_proj.weight",
            "--tensor",
            "model.norm.weight");
    try (GgufFile file = written(result)) {
      List<String> names = file.infos().stream().map(TensorInfo::name).toList();
      assertEquals(9, names.size());
      assertEquals("lm_head.weight", names.getFirst());
      assertEquals(GgmlType.Q8_0, file.infos().getFirst().type());
      assertEquals(GgmlType.F32, file.infos().getLast().type()); // a vector
    }
    String none = refused(1, convert(weights, "-o", out, "--force", "--tensor", "nope"));
    assertTrue(none.contains("no tensor nope; it has lm_head.weight, "), none);
    assertTrue(Files.exists(out), "what was there stays");
  }

  @Test
  void typesThatGgufDoesNotHaveAreTold() throws IOException {
    Path file =
        safetensors(
            root.resolve("odd.safetensors"),
            32,
            entry("flags", "BOOL", "[8]", 0, 8),
            entry("big", "U64", "[1]", 8, 16),
            entry("deep", "F32", "[1,2,1,1,2,1]", 16, 32));
    JoraProcess.Result result = convert(file);
    assertEquals(
        """
        jora: warning: tensor deep: of its shape [1, 2, 1, 1, 2, 1] the first 3 extents become one, as \
        GGUF has 4 at the most
        jora: warning: U64 becomes F64, which rounds large numbers: big
        jora: warning: BOOL, which GGUF does not have, becomes I8: flags
        """,
        result.messages().lines().limit(3).reduce("", (a, b) -> a + b + "\n"));
    try (GgufFile gguf = written(result)) {
      assertEquals(GgmlType.I8, gguf.tensors().get("flags").type());
      assertEquals("[1, 2, 1, 2]", gguf.tensors().get("deep").shape().toString());
    }
    String listed = convert("--dry-run", "--outtype", "f32", file).text();
    assertEquals(3, listed.lines().filter(line -> line.endsWith(" F32")).count(), listed);
  }

  @Test
  void namesThatGgufCannotHoldAreRefused() throws IOException {
    String longest = "x".repeat(63);
    String more = "я".repeat(32);
    Path file =
        safetensors(
            root.resolve("names.safetensors"),
            8,
            entry(longest, "F32", "[1]", 0, 4),
            entry(more, "F32", "[1]", 4, 8));
    String told = refused(1, convert(file));
    assertTrue(told.contains("tensor " + more + ": its name has 64 bytes"), told);
    assertEquals(List.of("Tiny-Llama-chat-v1.0", "names.safetensors"), files(root));
    written(convert(file, "--tensor", "x*")).close();
    Path empty = safetensors(root.resolve("empty.safetensors"), 4, entry("", "F32", "[1]", 0, 4));
    assertTrue(refused(1, convert(empty)).contains("its name has 0 bytes"), "an empty name");
  }

  /** Nothing that is no GGUF file is ever replaced: it may be what is read. */
  @Test
  void sourcesAreNotReplaced() throws IOException {
    byte[] before = Files.readAllBytes(weights);
    Path link = Files.createSymbolicLink(root.resolve("link.gguf"), weights);
    Path hard = Files.createLink(root.resolve("hard.gguf"), weights);
    List<Path> targets =
        List.of(
            weights, folder.resolve("config.json"), folder.resolve("tokenizer.json"), link, hard);
    for (Path target : targets) {
      for (Path source : List.of(folder, weights)) {
        refused(1, convert(source, "-o", target));
        String told = refused(1, convert(source, "-o", target, "--force"));
        assertTrue(told.contains("no GGUF file, and is not replaced"), told);
      }
    }
    assertArrayEquals(before, Files.readAllBytes(weights));
    assertEquals(List.of("config.json", "model.safetensors", "tokenizer.json"), files(folder));
    Path within = folder.resolve("model.gguf");
    written(convert(folder, "-o", within)).close();
    written(convert(folder, "-o", within, "--force")).close();
  }

  @Test
  void wrongCommandLinesAreRefused() throws IOException {
    for (List<Object> words :
        List.<List<Object>>of(
            List.of(),
            List.of(folder, "--tensor", "x"),
            List.of(folder, "--quantization-config", folder.resolve("config.json")),
            List.of(weights, "--pre", "gpt-2"),
            List.of(weights, "--model-name", "x"),
            List.of(weights, "--outtype", "Q9"),
            List.of(weights, "--outtype", "COPY"),
            List.of(weights, "--no-such-option"))) {
      refused(2, convert(words.toArray()));
    }
    for (List<Object> words :
        List.<List<Object>>of(
            List.of(root.resolve("nothing")),
            List.of(root),
            List.of(folder.resolve("config.json")),
            List.of("/dev/null"),
            List.of(weights, "-o", root),
            List.of(weights, "-o", root.resolve("no/x.gguf")),
            List.of(weights, "--outtype", "IQ1_S"),
            List.of(weights, "--quantization-config", weights),
            List.of(weights, "--quantization-config", "/dev/zero"),
            List.of(weights, "--quantization-config", folder),
            List.of(weights, "--quantization-config", root.resolve("nothing")))) {
      String told = refused(1, convert(words.toArray()));
      assertEquals(1, told.lines().filter(line -> line.startsWith("jora: ")).count(), told);
    }
    assertEquals(List.of("Tiny-Llama-chat-v1.0"), files(root));
    assertEquals(List.of("config.json", "model.safetensors", "tokenizer.json"), files(folder));
  }

  /** What lies beside a file is read only where it is named. */
  @Test
  void settingsBesideAFileAreToldOf() throws IOException {
    String packed = "{\"quant_method\":\"exl3\"}";
    Path config = folder.resolve("config.json");
    Files.writeString(config, "{\"model_type\":\"llama\",\"quantization_config\":" + packed + "}");
    Path out = root.resolve("out.gguf");
    JoraProcess.Result result = convert("-q", weights, "-o", out);
    written(result).close();
    assertTrue(result.messages().contains("--quantization-config " + config), result.err());
    Files.delete(out);
    for (String name : List.of("config.json", "only.json")) {
      Files.writeString(folder.resolve("only.json"), packed);
      String told =
          refused(1, convert(weights, "-o", out, "--quantization-config", folder.resolve(name)));
      assertTrue(told.contains("quant_method is exl3"), told);
    }
    assertFalse(Files.exists(out));
  }

  @Test
  void anIndexIsAFileToo() throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    safetensors(folder.resolve("a.safetensors"), 4, entry("a", "F32", "[1]", 0, 4));
    safetensors(folder.resolve("b.safetensors"), 4, entry("b", "F32", "[]", 0, 4));
    Files.writeString(index, "{\"weight_map\":{\"b\":\"b.safetensors\",\"a\":\"a.safetensors\"}}");
    JoraProcess.Result result = convert(index);
    assertEquals(folder.resolve("model.gguf") + "\n", result.text());
    try (GgufFile file = written(result)) {
      assertEquals(List.of("a", "b"), file.infos().stream().map(TensorInfo::name).toList());
    }
  }

  @Test
  void namesOfAllAlphabetsAndPipes() throws IOException {
    Path odd = Files.createDirectories(root.resolve("папка 🦙"));
    Path copy = Files.copy(weights, odd.resolve("веса.safetensors"));
    JoraProcess.Result result = convert(copy);
    assertEquals(odd.resolve("веса.gguf") + "\n", result.text());
    written(result).close();
    JoraProcess.Result stream = convert("-q", copy, "-o", "/dev/stdout");
    assertEquals(0, stream.code(), stream.err());
    assertArrayEquals(Files.readAllBytes(odd.resolve("веса.gguf")), stream.out());
  }

  @Test
  void oneConverterAtATime() throws IOException {
    Path out = root.resolve("out.gguf");
    try (PartFile other = new PartFile(out)) {
      String told = refused(1, convert(weights, "-o", out));
      assertTrue(told.contains("is writing it already"), told);
      other.write(ByteBuffer.wrap(new byte[4]));
      assertFalse(Files.exists(out));
    }
    written(convert("-q", weights, "-o", out)).close();
  }
}
