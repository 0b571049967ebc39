package dev.jora.convert.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that PyTorch and safetensors wrote, and the values that they read out of them. */
final class GoldenPacksTest {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  static Stream<JsonNode> files() throws IOException {
    return cases().filter(one -> one.has("tensors"));
  }

  static Stream<JsonNode> codes() throws IOException {
    return cases().filter(one -> one.get("case").asText().startsWith("fp8/all-codes"));
  }

  private static Stream<JsonNode> cases() throws IOException {
    Path index = packs().resolve("cases.json");
    JsonNode cases = new ObjectMapper().readTree(index.toFile());
    return StreamSupport.stream(cases.spliterator(), false);
  }

  private static Path packs() {
    return Shared.path("golden/formats/packs");
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyTensorHasItsShapeAndValues(JsonNode one) throws IOException {
    try (Weights weights = Checkpoints.open(packs().resolve(one.get("case").asText()))) {
      Set<String> names = new TreeSet<>();
      one.get("tensors").fieldNames().forEachRemaining(names::add);
      assertEquals(names, new TreeSet<>(weights.tensors().keySet()));
      for (String name : names) {
        JsonNode tensor = one.get("tensors").get(name);
        requireSame(tensor, weights.tensors().get(name));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("codes")
  void everyCodeHasItsValue(JsonNode one) throws IOException {
    Path file = packs().resolve(one.get("case").asText() + ".safetensors");
    try (Weights weights = Checkpoints.open(file)) {
      requireSame(one, weights.tensors().get(one.get("tensor").asText()));
    }
  }

  private static void requireSame(JsonNode expected, SourceTensor tensor) throws IOException {
    long[] shape =
        StreamSupport.stream(expected.get("shape").spliterator(), false)
            .mapToLong(JsonNode::asLong)
            .toArray();
    assertArrayEquals(shape, tensor.shape(), tensor.name());
    MemorySegment values =
        MemorySegment.ofArray(
            Files.readAllBytes(packs().resolve(expected.get("expected").asText())));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment floats = Values.floats(tensor, arena);
      assertEquals(values.byteSize(), floats.byteSize(), tensor.name());
      for (long at = 0; at < values.byteSize(); at += Float.BYTES) {
        float value = values.get(FLOAT, at);
        // adding 0 makes one of both zeros
        assertEquals(value + 0f, floats.get(FLOAT, at) + 0f, tensor.name() + " at byte " + at);
      }
    }
  }
}
