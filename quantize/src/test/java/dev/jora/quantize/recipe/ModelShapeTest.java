package dev.jora.quantize.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ModelShapeTest {
  private static GgufMetadata metadata(Object... pairs) {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(
          (String) pairs[i],
          switch (pairs[i + 1]) {
            case String text -> new GgufValue.Str(text);
            case Integer number -> new GgufValue.Int(GgufType.UINT32, number);
            case long[] numbers -> new GgufValue.Ints(GgufType.INT32, numbers);
            default -> throw new IllegalArgumentException();
          });
    }
    return new GgufMetadata(Path.of("model.gguf"), values);
  }

  @Test
  void readsMetadata() {
    ModelShape shape =
        ModelShape.of(
            metadata(
                "general.architecture", "qwen3moe",
                "qwen3moe.block_count", 48,
                "qwen3moe.attention.head_count", 32,
                "qwen3moe.attention.head_count_kv", 4,
                "qwen3moe.expert_count", 128));
    assertEquals(new ModelShape("qwen3moe", 48, 32, 4, 128), shape);
    assertEquals(8, shape.headsPerKv());
  }

  @Test
  void anImportanceMatrixHasNone() {
    GgufMetadata matrix = metadata("general.type", "imatrix", "imatrix.chunk_count", 4);
    String message = assertThrows(GgufException.class, () -> ModelShape.of(matrix)).getMessage();
    assertTrue(message.contains("key general.type: expected that of a model, found"), message);
    assertTrue(message.contains("an importance matrix"), message);
    GgufMetadata projector = metadata("general.type", "mmproj", "general.architecture", "clip");
    assertEquals("clip", ModelShape.of(projector).architecture());
  }

  /** LFM2: the first layer is a convolution and has no keys. */
  @Test
  void arraysCountByTheirFirstLayer() {
    ModelShape shape =
        ModelShape.of(
            metadata(
                "general.architecture",
                "lfm2",
                "lfm2.block_count",
                2,
                "lfm2.attention.head_count",
                32,
                "lfm2.attention.head_count_kv",
                new long[] {0, 8}));
    assertEquals(new ModelShape("lfm2", 2, 32, 0, 0), shape);
    assertEquals(0, shape.headsPerKv());
  }

  @Test
  void whatIsAbsentIsZeroOrTheSame() {
    assertEquals(
        new ModelShape("clip", 0, 0, 0, 0),
        ModelShape.of(metadata("general.architecture", "clip")));
    assertEquals(
        new ModelShape("mpt", 2, 16, 16, 0),
        ModelShape.of(
            metadata(
                "general.architecture", "mpt",
                "mpt.block_count", 2,
                "mpt.attention.head_count", 16)));
    assertThrows(GgufException.class, () -> ModelShape.of(metadata()));
  }

  /** One of every architecture: whatever shapes they have, there is a plan for each recipe. */
  @Test
  void everyArchitectureHasPlans() throws IOException {
    List<Path> models;
    try (Stream<Path> paths = Files.walk(Shared.path("golden/architectures"))) {
      models = paths.filter(path -> path.endsWith("model.gguf")).sorted().toList();
    }
    assertFalse(models.isEmpty());
    for (Path model : models) {
      try (GgufFile file = GgufFile.open(model)) {
        ModelShape shape = ModelShape.of(file.metadata());
        List<OutputTensor> tensors = TensorOrder.sorted(file.infos());
        for (Recipe recipe : Recipe.values()) {
          if (recipe != Recipe.Q1_0) {
            RecipePlan plan = RecipePlan.of(recipe, shape, tensors, RecipeOptions.DEFAULTS);
            assertEquals(file.infos().size(), plan.tensors().size());
            plan.tensors().forEach(PlannedTensor::bytes); // refuses what does not divide
          }
        }
      }
    }
  }
}
