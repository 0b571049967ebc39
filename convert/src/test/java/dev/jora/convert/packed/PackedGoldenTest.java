package dev.jora.convert.packed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.convert.source.Checkpoints;
import dev.jora.convert.source.SourceTensor;
import dev.jora.convert.source.Values;
import dev.jora.convert.source.Weights;
import dev.jora.quant.BlockFormats;
import dev.jora.testing.Golden;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Files that the formats' own packers made: their values to the bit. */
class PackedGoldenTest {
  private static final Set<String> FILES_ALONE = Set.of("pickle", "safetensors");

  @TestFactory
  List<DynamicTest> packs() {
    Path packs = Shared.path("golden/formats/packs");
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode wanted : Golden.json(packs.resolve("cases.json"))) {
      String name = wanted.get("case").textValue();
      if (!FILES_ALONE.contains(name.substring(0, name.indexOf('/')))) {
        tests.add(dynamicTest(name, () -> check(packs, wanted, wanted.get("config"))));
      }
    }
    assertTrue(tests.size() > 80, tests.size() + " cases");
    return tests;
  }

  /** Whatever tensors can tell they tell without a configuration. */
  @TestFactory
  List<DynamicTest> packsWithoutConfiguration() {
    Path packs = Shared.path("golden/formats/packs");
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode wanted : Golden.json(packs.resolve("cases.json"))) {
      String name = wanted.get("case").textValue();
      String group = name.substring(0, name.indexOf('/'));
      boolean tells =
          Set.of("bnb", "hqq", "mxfp4", "fp8").contains(group)
              || group.equals("gptq") && !name.contains("v2") && !name.contains("nogidx")
              || group.equals("compressed-tensors") && !name.contains("-int3")
              || name.startsWith("awq/gemm")
              || name.startsWith("exl2") && !name.contains("100x160");
      if (tells) {
        tests.add(dynamicTest(name, () -> check(packs, wanted, null)));
      }
    }
    assertTrue(tests.size() > 60, tests.size() + " cases");
    return tests;
  }

  /** Whole models: every tensor has the name and shape of a plain one. */
  @TestFactory
  List<DynamicTest> folders() {
    Path folders = Shared.path("golden/formats/hf-quantized");
    return Stream.of("awq", "exl2", "fp8", "gptq3", "gptq4", "gptq8-v2", "nf4")
        .map(
            name ->
                dynamicTest(
                    name,
                    () -> {
                      Path folder = folders.resolve("llama-" + name);
                      JsonNode config = Golden.json(folder.resolve("config.json"));
                      try (Weights weights =
                          PackedFormats.unpack(
                              Checkpoints.open(folder), PackedFormats.configuration(config))) {
                        int layers = config.get("num_hidden_layers").intValue();
                        assertEquals(3 + 9 * layers, weights.tensors().size());
                        for (SourceTensor tensor : weights.tensors().values()) {
                          assertTrue(tensor.name().endsWith(".weight"), tensor.name());
                        }
                        SourceTensor down =
                            weights.tensors().get("model.layers.0.mlp.down_proj.weight");
                        assertArrayEquals(new long[] {64, 160}, down.shape());
                      }
                    }))
        .toList();
  }

  private static void check(Path packs, JsonNode wanted, JsonNode config) throws IOException {
    Path file = packs.resolve(wanted.get("case").textValue() + ".safetensors");
    float[] expected = floats(packs.resolve(wanted.get("expected").textValue()));
    try (Weights weights = PackedFormats.unpack(Checkpoints.open(file), config);
        Arena arena = Arena.ofConfined()) {
      String name = wanted.get("tensor").textValue();
      SourceTensor tensor = weights.tensors().get(name);
      Set<String> names = weights.tensors().keySet();
      assertTrue(tensor != null, name + " is not among " + names);
      assertTrue(names.size() == 1 || names.equals(Set.of(name, "layer.bias")), names.toString());
      long[] shape = new long[wanted.get("shape").size()];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = wanted.get("shape").get(i).longValue();
      }
      assertArrayEquals(shape, tensor.shape());
      float[] found = values(tensor, arena);
      assertEquals(expected.length, found.length);
      for (int i = 0; i < found.length; i++) {
        if (found[i] != expected[i] && !(Float.isNaN(found[i]) && Float.isNaN(expected[i]))) {
          throw new AssertionError(
              "element " + i + ": expected " + expected[i] + ", found " + found[i]);
        }
      }
    }
  }

  /** Values of a tensor, of blocks too. */
  static float[] values(SourceTensor tensor, Arena arena) {
    if (tensor.type().ggml().isPresent() && tensor.type().ggml().get().blockSize() > 1) {
      float[] values = new float[Math.toIntExact(tensor.elements())];
      MemorySegment blocks = tensor.read(arena);
      assertEquals(tensor.type().bytes(values.length), blocks.byteSize());
      BlockFormats.of(tensor.type().ggml().get()).dequantize(blocks, 0, values, 0, values.length);
      return values;
    }
    return Values.floats(tensor, arena)
        .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
  }

  private static float[] floats(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }
}
