package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.NotFiniteException;
import dev.jora.engine.Embedder;
import dev.jora.engine.LoadOptions;
import dev.jora.engine.LoadedModel;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import dev.jora.testing.BrokenModel;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands behind pooling, and parts of experts, where a file contradicts itself. */
class HostileHeadTest {
  @TempDir Path folder;

  private static Path file(String name) {
    return Shared.testdata(name + "/model.gguf");
  }

  /** What opening a model says, with another key, or another tensor, or without one. */
  private static String refused(
      String name, Map<String, GgufValue> keys, Map<String, Shape> shapes) {
    try (GgufFile file = GgufFile.open(file(name))) {
      Map<String, GgufValue> values = new LinkedHashMap<>(file.metadata().values());
      values.putAll(keys);
      Map<String, Tensor> tensors = new LinkedHashMap<>(file.tensors());
      shapes.forEach((key, shape) -> tensors.compute(key, (k, t) -> changed(t, shape)));
      GgufMetadata metadata = new GgufMetadata(file.metadata().file(), values);
      return assertThrows(GgufException.class, () -> Model.of(metadata, tensors)).getMessage();
    }
  }

  private static Tensor changed(Tensor t, Shape shape) {
    return shape == null ? null : new Tensor(t.name(), t.type(), shape, t.data().asSlice(0, 0));
  }

  private static Map<String, Shape> without(String tensor) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(tensor, null);
    return shapes;
  }

  @ParameterizedTest
  @CsvSource({
    "bert-rank-labels, bert, 1, 3",
    "bert-rank-labels, bert, 2, 3",
    "bert-rank-labels, bert, 4, 3",
    "qwen3-rank, qwen3, 1, 2",
    "qwen3-rank, qwen3, 5, 2",
    "bert-rank, bert, 2, 1"
  })
  void everyScoreHasItsLabel(String name, String architecture, int labels, int rows) {
    String key = architecture + ".classifier.output_labels";
    List<String> names = IntStream.range(0, labels).mapToObj(i -> "label " + i).toList();
    GgufValue value = new GgufValue.Strs(names);
    String message = refused("embeddings/" + name, Map.of(key, value), Map.of());
    assertTrue(message.contains("key " + key + ": expected a name for each"), message);
    assertTrue(message.contains("of the " + rows + " rows of cls.output.weight"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "dense_2_feat_in, 31",
    "dense_2_feat_in, -4",
    "dense_2_feat_out, 47",
    "dense_3_feat_in, 1000000",
    "dense_3_feat_out, 48"
  })
  void denseLayersAreAsTheirKeysSay(String name, int value) {
    String key = "gemma-embedding." + name;
    GgufValue number = new GgufValue.Int(GgufType.INT32, value);
    String message = refused("embeddings/gemma-embedding-dense", Map.of(key, number), Map.of());
    assertTrue(message.contains("key " + key + ": expected"), message);
    assertTrue(message.endsWith("found " + value), message);
  }

  @ParameterizedTest
  @CsvSource({
    "bert-mean, token_types.weight, 48",
    "nomic-bert-moe, token_types.weight, 32",
    "bert-rank-labels, cls.weight, 32",
    "bert-rank-labels, cls.output.weight, 32",
    "qwen3-rank, cls.output.weight, 32",
    "gemma-embedding-dense, dense_2.weight, 32",
    "gemma-embedding-dense, dense_3.weight, 48"
  })
  void emptyTensorsAreNotAbsentOnes(String name, String tensor, int width) {
    String message = refused("embeddings/" + name, Map.of(), Map.of(tensor, Shape.of(width, 0)));
    assertTrue(message.contains("tensor " + tensor + ": expected one row or more"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "bailingmoe, up_shexp",
    "dots1, gate_shexp",
    "granitehybrid, up_shexp",
    "qwen35moe, up_shexp",
    "qwen35moe, down_shexp",
    "nemotron-h-moe, up_shexp",
    "nemotron-h-moe, down_shexp",
    "gemma4-moe, gate_inp",
    "gemma4-moe, down_exps",
    "olmoe, gate_inp",
    "olmoe, down_exps"
  })
  void expertsAreThereAsAWhole(String name, String part) {
    String tensor = "blk.1.ffn_" + part + ".weight";
    String message = refused("architectures/" + name, Map.of(), without(tensor));
    assertTrue(message.contains("tensor " + tensor + ": expected"), message);
    assertTrue(message.endsWith("found no such tensor"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "bert-rank-labels, cls.weight",
    "bert-rank-labels, cls.bias",
    "bert-rank-labels, cls.output.weight",
    "bert-rank-labels, cls.output.bias",
    "bert-rank-output, cls.output.weight",
    "modern-bert-rank, cls.norm.weight",
    "qwen3-rank, cls.output.weight",
    "gemma-embedding-dense, dense_2.weight",
    "gemma-embedding-dense, dense_3.weight"
  })
  void tensorsBehindPoolingAreNamed(String name, String tensor) throws IOException {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      Path broken = folder.resolve("broken-" + value + ".gguf");
      new BrokenModel(tensor, 0, 0, value).copy(file("embeddings/" + name), broken);
      try (LoadedModel model = LoadedModel.open(broken, LoadOptions.DEFAULT.withThreads(1));
          Embedder embedder = new Embedder(model, null)) {
        String message =
            assertThrows(
                    NotFiniteException.class,
                    () -> embedder.embed(List.of(new int[] {1, 2, 3}), (i, v) -> {}, () -> false))
                .getMessage();
        assertTrue(message.contains("tensor " + tensor + " has " + value), message);
      }
    }
  }

  @Test
  void allIsWellWithoutChanges() {
    for (String name : List.of("bert-rank-labels", "gemma-embedding-dense", "qwen3-rank")) {
      try (GgufFile file = GgufFile.open(file("embeddings/" + name))) {
        assertEquals(List.of(), Model.of(file).unused());
      }
    }
  }
}
