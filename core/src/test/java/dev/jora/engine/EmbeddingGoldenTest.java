package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.kernel.KernelSelector;
import dev.jora.kernel.ScalarKernels;
import dev.jora.model.Pooling;
import dev.jora.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Embeddings and scores of tiny models against llama.cpp's. */
class EmbeddingGoldenTest {
  private static final Path FOLDER = Path.of("../testdata/embeddings");

  /** llama.cpp looks GELU up in a table of F16, and multiplies with rounded inputs. */
  private static final double TOLERANCE = 2e-3;

  /** Weights of Q8_0, whose inputs llama.cpp rounds to as many bits: so far is NumPy from it. */
  private static final Set<String> ROUNDED = Set.of("bert-cls");

  private static final double TOLERANCE_ROUNDED = 2.5e-2;

  static List<String> names() throws IOException {
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void equalsLlamaCpp(String name) {
    JsonNode golden = Golden.json(FOLDER.resolve(name).resolve("golden.json"));
    Supplier<KernelSelector.Choice> scalar =
        () -> new KernelSelector.Choice(new ScalarKernels(), "oracle");
    for (Supplier<KernelSelector.Choice> kernels : List.of(scalar, KernelSelector::best)) {
      LoadOptions load = LoadOptions.DEFAULT.withKernels(kernels).withThreads(2);
      try (LoadedModel model = LoadedModel.open(FOLDER.resolve(name).resolve("model.gguf"), load)) {
        assertEquals(List.of(), model.model().unused(), "tensors nobody used");
        Pooling pooling = Pooling.valueOf(golden.get("pooling").asText().toUpperCase(Locale.ROOT));
        boolean asked = golden.get("pooling_asked_for").booleanValue();
        try (Embedder embedder = new Embedder(model, asked ? pooling : null)) {
          assertEquals(pooling, embedder.pooling());
          texts(name, golden, model, embedder);
          pairs(name, golden, model, embedder);
        }
        tokens(name, golden, model);
      }
    }
  }

  private static void texts(String name, JsonNode golden, LoadedModel model, Embedder embedder) {
    List<int[]> texts = new ArrayList<>();
    for (JsonNode text : golden.path("texts")) {
      int[] ids = Golden.ints(text.get("ids"));
      assertArrayEquals(ids, model.tokenizer().encode(text.get("text").asText(), true, true));
      texts.add(ids);
    }
    compare(name, golden.path("texts"), "embedding", embed(embedder, texts));
  }

  private static void pairs(String name, JsonNode golden, LoadedModel model, Embedder embedder) {
    RankPrompt prompt = new RankPrompt(model.tokenizer(), model.model().metadata());
    List<int[]> texts = new ArrayList<>();
    for (JsonNode pair : golden.path("pairs")) {
      int[] ids = Golden.ints(pair.get("ids"));
      assertArrayEquals(ids, prompt.ids(pair.get("query").asText(), pair.get("document").asText()));
      texts.add(ids);
    }
    compare(name, golden.path("pairs"), "scores", embed(embedder, texts));
  }

  /** Embeddings of every token, where the golden has them. */
  private static void tokens(String name, JsonNode golden, LoadedModel model) {
    try (Embedder embedder = new Embedder(model, Pooling.NONE)) {
      for (JsonNode text : golden.path("texts")) {
        if (text.has("tokens")) {
          List<float[][]> found = embed(embedder, List.of(Golden.ints(text.get("ids"))));
          float[][] rows = found.getFirst();
          assertEquals(text.get("tokens").size(), rows.length);
          for (int i = 0; i < rows.length; i++) {
            compare(name + " token " + i, text.get("tokens").get(i), rows[i]);
          }
        }
      }
    }
  }

  private static List<float[][]> embed(Embedder embedder, List<int[]> texts) {
    List<float[][]> vectors = new ArrayList<>();
    assertTrue(embedder.embed(texts, (text, rows) -> vectors.add(rows), () -> false));
    assertEquals(texts.size(), vectors.size());
    for (int i = 0; i < texts.size(); i++) {
      int at = i;
      embedder.embed(
          List.of(texts.get(i)),
          (text, rows) -> assertArrayEquals(vectors.get(at), rows, "alone as in company"),
          () -> false);
    }
    return vectors;
  }

  private static void compare(String name, JsonNode golden, String field, List<float[][]> vectors) {
    for (int i = 0; i < golden.size(); i++) {
      assertEquals(1, vectors.get(i).length);
      compare(name + " " + i, golden.get(i).get(field), vectors.get(i)[0]);
    }
  }

  /** The largest difference, as a share of the longest value. */
  private static void compare(String what, JsonNode golden, float[] found) {
    assertEquals(golden.size(), found.length, what);
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < found.length; i++) {
      worst = Math.max(worst, Math.abs(found[i] - golden.get(i).doubleValue()));
      largest = Math.max(largest, Math.abs(golden.get(i).doubleValue()));
    }
    System.out.printf("%-32s %.2e of %.2e%n", what, worst, largest);
    double share = ROUNDED.contains(what.split(" ")[0]) ? TOLERANCE_ROUNDED : TOLERANCE;
    assertTrue(worst <= share * Math.max(1, largest), what + ": " + worst);
  }
}
