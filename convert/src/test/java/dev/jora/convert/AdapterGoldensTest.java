package dev.jora.convert;

import static dev.jora.convert.AdapterTesting.distance;
import static dev.jora.convert.AdapterTesting.logits;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.convert.source.Checkpoints;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import dev.jora.convert.source.Values;
import dev.jora.convert.source.Weights;
import dev.jora.exec.WorkPool;
import dev.jora.model.adapter.ScaledFile;
import dev.jora.model.arch.Architectures;
import dev.jora.quantize.recipe.Recipe;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters that PEFT has saved: beside a model, and merged into it, they compute its logits. */
class AdapterGoldensTest {
  /** Adapters that no adapter file can hold. */
  private static final List<String> ONLY_MERGED =
      List.of("llama-bias", "llama-dora", "gpt2-dora", "qwen2-whole");

  @TempDir Path temporary;

  static List<String> adapters() throws IOException {
    try (Stream<Path> all = Files.list(Shared.testdata("adapters"))) {
      return all.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("adapters")
  void theLogitsAreThoseOfPeft(String name) throws IOException {
    Path folder = Shared.testdata("adapters").resolve(name);
    JsonNode golden = JsonFiles.read(folder.resolve("golden.json"));
    int[] tokens = golden.get("tokens").valueStream().mapToInt(JsonNode::asInt).toArray();
    float[][] expected = floats(golden.get("logits"));
    Path base = AdapterTesting.base(golden.get("base").asText(), temporary);
    Path model = temporary.resolve("model.gguf");
    GoldenFoldersTest.convert(base, model);
    try (PeftAdapter adapter = AdapterFolder.open(folder)) {
      Path merged =
          AdapterTesting.merged(
              base, temporary.resolve("merged.gguf"), List.of(new Merging.Scaled(adapter, 1)));
      double effect = distance(expected, logits(model, tokens));
      assertTrue(effect > 0.1, "an effect of " + effect);
      assertNear(expected, logits(merged, tokens));
      Path file = temporary.resolve("adapter.gguf");
      if (ONLY_MERGED.contains(name)) {
        String said =
            assertThrows(SourceException.class, () -> AdapterTesting.converted(adapter, base, file))
                .getMessage();
        assertTrue(said.contains("merge-lora"), said);
        return;
      }
      AdapterTesting.converted(adapter, base, file);
      Path other = AdapterTesting.converted(adapter, model, temporary.resolve("other.gguf"));
      assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(other), "by the file alone");
      ScaledFile whole = new ScaledFile(file, 1);
      assertNear(expected, logits(model, tokens, whole));
      Path both = AdapterTesting.merged(model, temporary.resolve("both.gguf"), Recipe.COPY, whole);
      assertNear(expected, logits(both, tokens));
    }
  }

  private static void assertNear(float[][] expected, float[][] found) {
    double worst = distance(expected, found);
    assertTrue(worst < 1e-3, "off by " + worst);
  }

  private static float[][] floats(JsonNode rows) {
    return rows.valueStream()
        .map(
            row -> {
              float[] values = new float[row.size()];
              for (int i = 0; i < values.length; i++) {
                values[i] = row.get(i).floatValue();
              }
              return values;
            })
        .toArray(float[][]::new);
  }

  /** What PEFT computes in float64, rounded once. */
  @ParameterizedTest
  @MethodSource("adapters")
  void theWeightsAreThoseOfPeft(String name) throws IOException {
    Path folder = Shared.testdata("adapters").resolve(name);
    String of = JsonFiles.read(folder.resolve("golden.json")).get("base").asText();
    Path base = Shared.testdata("checkpoints").resolve(of);
    ModelFolder model = ModelFolder.open(base);
    try (WorkPool pool = new WorkPool(3);
        PeftAdapter adapter = AdapterFolder.open(folder);
        Weights expected = Checkpoints.open(folder.resolve("merged.safetensors"));
        Weights merged =
            new MergedWeights(
                Checkpoints.open(base),
                adapter,
                new AdapterRules(Architectures.checkpoint(model.config())),
                1,
                pool);
        Arena arena = Arena.ofShared()) {
      assertTrue(expected.tensors().size() > 1, "few weights");
      for (Map.Entry<String, SourceTensor> each : expected.tensors().entrySet()) {
        float[] should = floats(each.getValue(), arena);
        float[] are = floats(merged.tensors().get(each.getKey()), arena);
        assertEquals(should.length, are.length, each.getKey());
        for (int i = 0; i < should.length; i++) {
          assertEquals(should[i], are[i], Math.ulp(should[i]), each.getKey() + " " + i);
        }
      }
    }
  }

  private static float[] floats(SourceTensor tensor, Arena arena) {
    return Values.floats(tensor, arena).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  /** Those of llama.cpp's goldens: beside the model where it can, and merged. */
  @ParameterizedTest
  @ValueSource(strings = {"r4-a8", "r8-a4-all", "r4-rslora", "r4-dora", "r4-save-head"})
  void theLogitsAreThoseOfTheGoldens(String name) throws IOException {
    Path folder = Shared.path("golden/formats/lora").resolve(name);
    Path base = Shared.path("golden/hf/llama");
    Path model = Shared.path("golden/architectures/llama/model.gguf");
    JsonNode golden = JsonFiles.read(folder.resolve("expected.json"));
    int[] tokens = golden.get("tokens").valueStream().mapToInt(JsonNode::asInt).toArray();
    float[] flat = new float[16 * 384];
    ByteBuffer.wrap(Files.readAllBytes(folder.resolve("logits.f32")))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(flat);
    float[][] expected = new float[16][];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = Arrays.copyOfRange(flat, 384 * i, 384 * (i + 1));
    }
    try (PeftAdapter adapter = AdapterFolder.open(folder)) {
      Path merged =
          AdapterTesting.merged(
              base, temporary.resolve("merged.gguf"), List.of(new Merging.Scaled(adapter, 1)));
      assertNear(expected, logits(merged, tokens));
      if (adapter.isDecomposed() || !adapter.whole().isEmpty()) {
        return; // AdapterConversionTest
      }
      Path file = AdapterTesting.converted(adapter, model, temporary.resolve("adapter.gguf"));
      ScaledFile whole = new ScaledFile(file, 1);
      assertNear(expected, logits(model, tokens, whole));
      Path both = AdapterTesting.merged(model, temporary.resolve("both.gguf"), Recipe.COPY, whole);
      assertNear(expected, logits(both, tokens));
    }
  }
}
