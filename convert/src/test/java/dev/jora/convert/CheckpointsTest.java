package dev.jora.convert;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.kernel.ScalarKernels;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tiny folders of Hugging Face's of every family: converted, they compute transformers' logits.
 * {@code scripts/checkpoint-goldens.py} makes them.
 */
class CheckpointsTest {
  @TempDir Path temporary;

  static List<String> folders() throws IOException {
    try (Stream<Path> all = Files.list(Shared.testdata("checkpoints"))) {
      return all.filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void theLogitsAreThoseOfTransformers(String name) throws IOException {
    Path folder = temporary.resolve(name);
    Files.createDirectory(folder);
    for (String file : new String[] {"config.json", "model.safetensors", "golden.json"}) {
      Files.copy(Shared.testdata("checkpoints").resolve(name).resolve(file), folder.resolve(file));
    }
    Files.copy(
        Shared.testdata("checkpoints").resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    Path made = temporary.resolve("model.gguf");
    GoldenFoldersTest.convert(folder, made);
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    int[] tokens = golden.get("tokens").valueStream().mapToInt(JsonNode::asInt).toArray();
    try (TestModel model = new TestModel(made, new ScalarKernels(), 1, GgmlType.F32)) {
      float[][] logits = model.logits(tokens, tokens.length);
      double worst = 0;
      for (int i = 0; i < tokens.length; i++) {
        for (int j = 0; j < golden.get("logits").get(i).size(); j++) {
          worst =
              Math.max(
                  worst, Math.abs(logits[i][j] - golden.get("logits").get(i).get(j).asDouble()));
        }
      }
      assertTrue(worst < 1e-3, name + ": off by " + worst);
    }
  }
}
