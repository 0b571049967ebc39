package dev.jora.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.engine.Embedder;
import dev.jora.engine.LoadOptions;
import dev.jora.engine.LoadedModel;
import dev.jora.engine.RankPrompt;
import dev.jora.exec.WorkPool;
import dev.jora.quantize.QuantizeListener;
import dev.jora.quantize.Quantizer;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tiny folders of encoders and rerankers: converted, they make of texts the ids, vectors and scores
 * that transformers and sentence-transformers make. {@code scripts/encoder-goldens.py} makes them.
 */
class EncodersTest {
  private static final double TOLERANCE = 1e-3;

  @TempDir Path temporary;

  static List<String> folders() throws IOException {
    try (Stream<Path> all = Files.list(Shared.testdata("encoders"))) {
      return all.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void vectorsAreThoseOfTransformers(String name) throws IOException {
    Path folder = Shared.testdata("encoders").resolve(name);
    Path made = temporary.resolve("model.gguf");
    convert(folder, made);
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    try (LoadedModel model = LoadedModel.open(made, LoadOptions.DEFAULT.withThreads(1));
        Embedder embedder = new Embedder(model, null)) {
      assertEquals(List.of(), model.model().unused(), "tensors nobody used");
      assertEquals(
          golden.path("pooling").asText("rank"),
          embedder.pooling().name().toLowerCase(Locale.ROOT),
          "pooling");
      for (JsonNode row : golden.path("texts")) {
        int[] ids = model.tokenizer().encode(row.get("text").asText(), true, false);
        assertArrayEquals(ints(row.get("ids")), ids, row.get("text").asText());
        compare(name, row.get("embedding"), unit(embed(embedder, ids)));
      }
      RankPrompt prompt = new RankPrompt(model.tokenizer(), model.model().metadata());
      for (JsonNode row : golden.path("pairs")) {
        int[] ids = prompt.ids(row.get("query").asText(), row.get("document").asText());
        assertArrayEquals(ints(row.get("ids")), ids, row.get("query").asText());
        compare(name, row.get("scores"), embed(embedder, ids));
      }
    }
  }

  private static void convert(Path folder, Path made) throws IOException {
    ConversionRequest request =
        new ConversionRequest(OutputType.parse("f32"), Optional.empty(), Optional.empty());
    try (Conversion conversion = Conversion.of(folder, request);
        WorkPool pool = new WorkPool(1);
        Quantizer quantizer = new Quantizer(pool)) {
      conversion.write(made, quantizer, new QuantizeListener() {});
    }
  }

  private static float[] embed(Embedder embedder, int[] ids) {
    List<float[][]> vectors = new ArrayList<>();
    assertTrue(embedder.embed(List.of(ids), (text, rows) -> vectors.add(rows), () -> false));
    return vectors.getFirst()[0];
  }

  private static float[] unit(float[] vector) {
    double sum = 0;
    for (float x : vector) {
      sum += (double) x * x;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / Math.sqrt(sum));
    }
    return vector;
  }

  private static int[] ints(JsonNode node) {
    return node.valueStream().mapToInt(JsonNode::asInt).toArray();
  }

  private static void compare(String name, JsonNode golden, float[] found) {
    assertEquals(golden.size(), found.length, name);
    for (int i = 0; i < found.length; i++) {
      assertEquals(golden.get(i).asDouble(), found[i], TOLERANCE, name + " value " + i);
    }
  }
}
