package dev.jora.quantize.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.gguf.GgufFile;
import dev.jora.gguf.TensorInfo;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole files that llama-quantize wrote: order, names, types and number of the recipe. */
final class GoldenFilesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"Q8_0", "Q4_0", "Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_M", "Q6_K", "IQ4_XS", "F16"})
  void mixed(String name) {
    Path folder = Shared.path("golden/architectures/llama-k256-quantized");
    Path source = Shared.path("golden/architectures/llama-k256/model.gguf");
    assertSame(source, folder.resolve(name + ".gguf"), name, RecipeOptions.DEFAULTS);
  }

  @ParameterizedTest
  @CsvSource({
    "BF16,BF16",
    "Q4_0,Q4_0",
    "Q4_1,Q4_1",
    "Q5_0,Q5_0",
    "Q5_1,Q5_1",
    "Q8_0,Q8_0",
    "Q2_K,Q2_K",
    "Q3_K_S,Q3_K_S",
    "Q4_K_S,Q4_K_S",
    "Q5_K_S,Q5_K_S",
    "Q6_K,Q6_K",
    "IQ3_S,IQ3_S",
    "IQ4_NL,IQ4_NL",
    "IQ4_XS,IQ4_XS",
    "TQ1_0,TQ1_0",
    "TQ2_0,TQ2_0",
    "MXFP4,MXFP4_MOE"
  })
  void pure(String file, String recipe) {
    RecipeOptions pure =
        new RecipeOptions(true, false, Optional.empty(), Optional.empty(), List.of(), false);
    assertTiny("tiny-" + file, recipe, pure);
  }

  @ParameterizedTest
  @CsvSource({
    "IQ1_M,IQ1_M",
    "IQ1_S,IQ1_S",
    "IQ2_S,IQ2_M",
    "IQ2_XS,IQ2_XS",
    "IQ2_XXS,IQ2_XXS",
    "IQ3_XXS,IQ3_XXS",
    "IQ3_S,IQ3_S"
  })
  void pureWithFloatEmbedding(String file, String recipe) {
    RecipeOptions options =
        new RecipeOptions(
            true, false, Optional.empty(), Optional.of(GgmlType.F16), List.of(), true);
    assertTiny("tiny-imatrix-" + file, recipe, options);
  }

  private static void assertTiny(String file, String recipe, RecipeOptions options) {
    Path folder = Shared.path("golden/quantize");
    assertSame(folder.resolve("tiny-f16.gguf"), folder.resolve(file + ".gguf"), recipe, options);
  }

  private record Line(String name, GgmlType type) {}

  private static void assertSame(Path source, Path expected, String name, RecipeOptions options) {
    Recipe recipe = Recipe.parse(name);
    try (GgufFile from = GgufFile.open(source);
        GgufFile to = GgufFile.open(expected)) {
      ModelShape shape = ModelShape.of(from.metadata());
      RecipePlan plan = RecipePlan.of(recipe, shape, TensorOrder.sorted(from.infos()), options);
      assertEquals(
          to.infos().stream().map(info -> new Line(info.name(), info.type())).toList(),
          plan.tensors().stream().map(t -> new Line(t.name(), t.target())).toList());
      assertEquals(
          to.infos().stream().mapToLong(TensorInfo::bytes).sum(), plan.bytes(), "bytes of data");
      assertEquals(
          to.metadata().integer("general.file_type"), recipe.fileType().orElseThrow().id());
    }
  }
}
