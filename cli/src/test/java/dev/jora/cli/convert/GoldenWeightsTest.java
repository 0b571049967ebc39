package dev.jora.cli.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.cli.JoraProcess;
import dev.jora.cli.JoraWorker;
import dev.jora.gguf.GgufFile;
import dev.jora.tensor.Tensor;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of weights alone through the command: packs to the bit, hostile ones as they are wanted.
 */
final class GoldenWeightsTest {
  private static final String FORMATS = "golden/formats/";

  private static final Path MARK =
      Path.of(System.getProperty("java.io.tmpdir"), "jora-mark-" + ProcessHandle.current().pid());

  @TempDir private Path folder;

  static Stream<Named<JsonNode>> packs() {
    return named("packs/cases.json", "case", 102);
  }

  static Stream<Named<JsonNode>> hostile() {
    return named("hostile/index.json", "file", 132);
  }

  private static Stream<Named<JsonNode>> named(String list, String field, int count) {
    JsonNode all = Golden.json(Shared.path(FORMATS + list));
    assertEquals(count, all.size());
    return StreamSupport.stream(all.spliterator(), false)
        .map(one -> Named.of(one.get(field).asText(), one));
  }

  /** In one JVM for all; a reader that runs what is in pickles makes the file. */
  private static JoraProcess.Result run(String... args) throws IOException {
    return JoraWorker.run(new byte[0], Map.of("JORA_MARK", MARK.toString()), args);
  }

  @ParameterizedTest
  @MethodSource("packs")
  void everyPackHasItsValues(JsonNode pack) throws IOException {
    Path packs = Shared.path(FORMATS + "packs");
    String name = pack.get("case").asText();
    boolean many = pack.has("tensors");
    Path source = packs.resolve(many ? name : name + ".safetensors");
    Path config = folder.resolve("config.json");
    if (!many) {
      Files.writeString(config, pack.get("config").toString());
    }
    // what is unpacked is F32 in both
    for (String type : many ? List.of("auto", "f32") : List.of("auto")) {
      Path out = folder.resolve(type + ".gguf");
      String[] args =
          Stream.concat(
                  Stream.of("convert", source.toString(), "-o", "" + out, "--outtype", type),
                  many ? Stream.of() : Stream.of("--quantization-config", "" + config))
              .toArray(String[]::new);
      JoraProcess.Result result = run(args);
      assertEquals(0, result.code(), result.err());
      assertEquals(out + "\n", result.text());
      try (GgufFile file = GgufFile.open(out)) {
        Map<String, JsonNode> wanted = wanted(pack);
        Set<String> others =
            many ? Set.of() : Set.of("layer.bias"); // beside the weight in some packs
        for (Tensor tensor : file.tensors().values()) {
          if (wanted.containsKey(tensor.name())) {
            JsonNode expected = wanted.remove(tensor.name());
            requireSame(packs.resolve(expected.get("expected").asText()), expected, tensor);
          } else {
            assertTrue(others.contains(tensor.name()), tensor.name());
          }
        }
        assertEquals(Map.of(), wanted);
      }
    }
  }

  private static Map<String, JsonNode> wanted(JsonNode pack) {
    Map<String, JsonNode> wanted = new LinkedHashMap<>();
    if (pack.has("tensors")) {
      pack.get("tensors").properties().forEach(e -> wanted.put(e.getKey(), e.getValue()));
    } else {
      wanted.put(pack.get("tensor").asText(), pack);
    }
    return wanted;
  }

  private static void requireSame(Path values, JsonNode expected, Tensor tensor)
      throws IOException {
    long[] shape = new long[expected.get("shape").size()];
    long[] found = new long[tensor.shape().dims()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = expected.get("shape").get(shape.length - 1 - i).asLong();
    }
    for (int i = 0; i < found.length; i++) {
      found[i] = tensor.shape().ne(i);
    }
    assertArrayEquals(shape, found, tensor.name());
    MemorySegment floats = MemorySegment.ofArray(Files.readAllBytes(values));
    assertEquals(floats.byteSize(), 4 * tensor.shape().elements());
    ValueLayout.OfFloat layout =
        ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < tensor.shape().elements(); i++) {
      float value = floats.get(layout, 4 * i) + 0f; // adding 0 makes one of both zeros
      float is = value(tensor, i) + 0f;
      if (value != is && !(Float.isNaN(value) && Float.isNaN(is))) {
        assertEquals(value, is, tensor.name() + ", element " + i);
      }
    }
  }

  /** The element as a float; types of blocks are not among what is written. */
  private static float value(Tensor tensor, long i) {
    MemorySegment data = tensor.data();
    return switch (tensor.type()) {
      case F32 -> data.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * i);
      case F16 -> Float.float16ToFloat(data.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * i));
      case BF16 -> Float.intBitsToFloat(data.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * i) << 16);
      case F64 -> (float) data.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, 8 * i);
      case I8 -> data.get(ValueLayout.JAVA_BYTE, i);
      case I16 -> data.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * i);
      case I32 -> data.get(ValueLayout.JAVA_INT_UNALIGNED, 4 * i);
      case I64 -> data.get(ValueLayout.JAVA_LONG_UNALIGNED, 8 * i);
      default -> throw new AssertionError(tensor.name() + " is " + tensor.type());
    };
  }

  /** One sentence and nothing left, or a file that opens; and no pickle has run. */
  @ParameterizedTest
  @MethodSource("hostile")
  void hostileFilesAreRefusedInASentence(JsonNode file) throws IOException {
    String want = file.get("want").asText();
    Path out = folder.resolve("out.gguf");
    Path source = Shared.path(FORMATS + "hostile").resolve(file.get("file").asText());
    JoraProcess.Result result = run("convert", "-q", source.toString(), "-o", out.toString());
    if (!want.equals("either")) {
      assertEquals(want.equals("accept") ? 0 : 1, result.code(), result.err());
    }
    List<String> said =
        result.messages().lines().filter(line -> !line.startsWith("jora: warning: ")).toList();
    if (result.code() == 0) {
      assertEquals(List.of(), said);
      GgufFile.open(out).close();
    } else {
      assertEquals(1, result.code(), result.err());
      assertEquals(1, said.size(), result.err());
      assertTrue(said.getFirst().startsWith("jora: " + source + ": "), result.err());
      assertTrue(said.getFirst().length() < 900, result.err());
      assertEquals("", result.text());
      try (Stream<Path> left = Files.list(folder)) {
        assertEquals(List.of(), left.toList());
      }
    }
    assertFalse(Files.exists(MARK), "a pickle was executed");
  }
}
