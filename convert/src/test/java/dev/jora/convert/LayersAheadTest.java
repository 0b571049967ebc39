package dev.jora.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.gguf.GgufMetadata;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers that guess further tokens are kept where llama.cpp's converter keeps them. */
class LayersAheadTest {
  @TempDir Path temporary;

  private Conversion open(String folder, String key) throws IOException {
    Path from = Shared.testdata("checkpoints").resolve(folder);
    Path to = Files.createDirectory(temporary.resolve(folder));
    Files.copy(from.resolve("model.safetensors"), to.resolve("model.safetensors"));
    Files.copy(
        Shared.testdata("checkpoints").resolve("tokenizer.json"), to.resolve("tokenizer.json"));
    ObjectNode config =
        (ObjectNode) new ObjectMapper().readTree(Files.readString(from.resolve("config.json")));
    config.put(key, 1);
    Files.writeString(to.resolve("config.json"), config.toString());
    return Conversion.of(
        to, new ConversionRequest(OutputType.parse("f32"), Optional.of("gpt-2"), Optional.empty()));
  }

  private static long ahead(Conversion conversion) {
    return conversion.tensors().stream()
        .filter(tensor -> tensor.name().contains(".nextn."))
        .count();
  }

  private static int number(Conversion conversion, String key) {
    GgufMetadata metadata = new GgufMetadata(Path.of("made"), conversion.metadata());
    return metadata.integer(metadata.string("general.architecture") + '.' + key, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "qwen35, mtp_num_hidden_layers, 4",
    "exaone-moe, num_nextn_predict_layers, 4",
    "glm4moe, num_nextn_predict_layers, 3",
    "bailingmoe2, num_nextn_predict_layers, 3"
  })
  void areKept(String name, String key, int layers) throws IOException {
    try (Conversion kept = open(name + "-ahead", key)) {
      assertEquals(4, ahead(kept));
      assertEquals(1, number(kept, "nextn_predict_layers"));
      assertEquals(layers + 1, number(kept, "block_count"));
      assertEquals(0, leftOut(kept));
    }
    try (Conversion bare = open(name, key)) { // whatever the configuration says
      assertEquals(0, ahead(bare));
      assertEquals(0, number(bare, "nextn_predict_layers"));
      assertEquals(layers, number(bare, "block_count"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "qwen3next, mtp_num_hidden_layers, 4",
    "deepseek3, num_nextn_predict_layers, 2",
  })
  void areLeftOut(String name, String key, int layers) throws IOException {
    try (Conversion without = open(name + "-ahead", key)) {
      assertEquals(0, ahead(without));
      assertEquals(0, number(without, "nextn_predict_layers"));
      assertEquals(layers, number(without, "block_count"));
      assertEquals(true, leftOut(without) > 4);
    }
  }

  /** How many tensors are left out, by what is said of them. */
  private static int leftOut(Conversion conversion) {
    return conversion.notes().stream()
        .filter(note -> note.contains("are left out"))
        .mapToInt(note -> Integer.parseInt(note.substring(0, note.indexOf(' '))))
        .sum();
  }
}
