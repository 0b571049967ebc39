package dev.jora.quantize.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.FileType;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class RecipeTest {
  @ParameterizedTest
  @CsvSource({
    "Q4_K_M, Q4_K_M",
    "q4_k_m, Q4_K_M",
    "Q4_K, Q4_K_M",
    "q3_k, Q3_K_M",
    "Q5_K, Q5_K_M",
    "15, Q4_K_M",
    "0, F32",
    "41, Q2_0",
    "copy, COPY",
    "mxfp4_moe, MXFP4_MOE",
    "38, MXFP4_MOE"
  })
  void parses(String text, Recipe expected) {
    assertSame(expected, Recipe.parse(text));
  }

  @ParameterizedTest
  @CsvSource({"Q9_K", "4", "''", "1024"})
  void refuses(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Recipe.parse(text)).getMessage();
    assertTrue(message.startsWith("there is no type '" + text + "'"), message);
    assertTrue(message.contains("Q4_K_M, Q4_K_S"), message);
  }

  @ParameterizedTest
  @CsvSource({"nvfp4", "39"})
  void saysWhyNotNvfp4(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Recipe.parse(text)).getMessage();
    assertTrue(message.startsWith("NVFP4 comes from converting"), message);
  }

  @Test
  void everyFileTypeButOneIsARecipe() {
    List<FileType> types =
        Arrays.stream(Recipe.values()).flatMap(recipe -> recipe.fileType().stream()).toList();
    Set<FileType> missing = new HashSet<>(Arrays.asList(FileType.values()));
    types.forEach(missing::remove);
    assertEquals(Set.of(FileType.NVFP4), missing);
    assertEquals("Q4_K - Medium", Recipe.Q4_K_M.label());
    assertEquals("copy", Recipe.COPY.label());
  }

  /**
   * The numbers of --help are those of llama.cpp's README: Llama 3.1 8B, with an importance matrix
   * where one is needed.
   */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"COPY", "MXFP4_MOE"})
  void bitsPerWeight(Recipe recipe) {
    RecipeOptions options = recipe.needsMatrix() ? Options.matrix() : RecipeOptions.DEFAULTS;
    RecipePlan plan = RecipePlan.of(recipe, Tensors.LLAMA_8B, Tensors.llama8B().sorted(), options);
    assertEquals(recipe.bitsPerWeight(), "%.2f".formatted(plan.bitsPerWeight()));
  }
}
