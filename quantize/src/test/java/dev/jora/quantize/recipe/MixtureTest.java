package dev.jora.quantize.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.tensor.GgmlType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that the golden lists, made without matrix from six models, do not reach. */
final class MixtureTest {
  private static final ModelShape FALCON = new ModelShape("falcon", 32, 71, 1, 0);
  private static final ModelShape MIXTRAL = new ModelShape("llama", 32, 32, 8, 8);

  private static List<GgmlType> types(
      Recipe recipe, ModelShape model, TensorRole role, boolean matrix) {
    OutputTensor tensor = new Tensors().add("blk.0.any.weight", 4096, 4096).sorted().getFirst();
    return IntStream.range(0, model.blockCount())
        .mapToObj(i -> new Site(model, i, model.blockCount(), matrix))
        .map(site -> Mixture.type(recipe, role, tensor, site))
        .toList();
  }

  /** As {@code 2*Q5_K 30*Q4_K}. */
  private static String runs(List<GgmlType> types) {
    StringBuilder text = new StringBuilder();
    for (int i = 0, next; i < types.size(); i = next) {
      next = i;
      while (next < types.size() && types.get(next) == types.get(i)) {
        next++;
      }
      text.append(i == 0 ? "" : " ").append(next - i).append('*').append(types.get(i));
    }
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "12, '0 3 6 9 10 11'",
    "16, '0 1 4 7 10 13 14 15'",
    "18, '0 1 4 7 10 13 15 16 17'",
    "22, '0 1 4 7 10 13 16 19 20 21'",
    "24, '0 1 2 5 8 11 14 17 20 21 22 23'",
    "26, '0 1 2 5 8 11 14 17 20 22 23 24 25'",
    "28, '0 1 2 5 8 11 14 17 20 23 24 25 26 27'",
    "30, '0 1 2 5 8 11 14 17 20 23 26 27 28 29'",
    "32, '0 1 2 3 6 9 12 15 18 21 24 27 28 29 30 31'",
    "34, '0 1 2 3 6 9 12 15 18 21 24 27 29 30 31 32 33'",
    "36, '0 1 2 3 6 9 12 15 18 21 24 27 30 31 32 33 34 35'",
    "40, '0 1 2 3 4 7 10 13 16 19 22 25 28 31 34 35 36 37 38 39'",
    "48, '0 1 2 3 4 5 8 11 14 17 20 23 26 29 32 35 38 41 42 43 44 45 46 47'"
  })
  void layersWithMoreBits(int layers, String expected) {
    List<Integer> more =
        IntStream.range(0, layers)
            .filter(i -> new Site(FALCON, i, layers, false).deservesMoreBits())
            .boxed()
            .toList();
    assertEquals(Arrays.stream(expected.split(" ")).map(Integer::valueOf).toList(), more);
  }

  @ParameterizedTest
  @CsvSource({
    "Q4_0, FFN_DOWN, 4*Q4_1 28*Q4_0",
    "Q5_0, FFN_DOWN, 4*Q5_1 28*Q5_0",
    "IQ4_NL, FFN_DOWN, 32*IQ4_NL",
    "IQ4_XS, FFN_DOWN, 32*IQ4_XS",
    "IQ3_XXS, FFN_DOWN, 32*IQ3_XXS",
    "IQ3_XXS, ATTN_V, 32*IQ3_XXS"
  })
  void withMatrix(Recipe recipe, TensorRole role, String expected) {
    ModelShape model = new ModelShape("llama", 32, 32, 32, 0);
    assertEquals(expected, runs(types(recipe, model, role, true)));
  }

  @ParameterizedTest
  @CsvSource({
    "Q4_K_M, OUTPUT, 32*Q8_0",
    "IQ1_S, OUTPUT, 32*Q8_0",
    "Q3_K_L, ATTN_OUTPUT, 32*Q4_K",
    "Q3_K_M, ATTN_OUTPUT, 32*Q3_K",
    "IQ1_S, ATTN_OUTPUT, 32*IQ2_XXS",
    "Q3_K_L, FFN_DOWN, 32*Q4_K",
    "Q4_K_S, FFN_DOWN, 32*Q4_K",
    "Q2_K_S, FFN_DOWN, 4*Q4_K 28*Q2_K",
    "Q4_K_S, ATTN_QKV, 4*Q5_K 28*Q4_K"
  })
  void falcon(Recipe recipe, TensorRole role, String expected) {
    assertEquals(expected, runs(types(recipe, FALCON, role, false)));
  }

  @Test
  void falconDownProjections() {
    String rest = " 2*%2$s 1*%1$s".repeat(7) + " 2*%2$s 5*%1$s";
    assertEquals(
        "2*Q6_K 2*Q5_K" + rest.formatted("Q5_K", "Q4_K"),
        runs(types(Recipe.Q4_K_M, FALCON, TensorRole.FFN_DOWN, false)));
    assertEquals(
        "2*Q5_K 2*Q4_K" + rest.formatted("Q4_K", "Q3_K"),
        runs(types(Recipe.Q3_K_M, FALCON, TensorRole.FFN_DOWN, false)));
  }

  @ParameterizedTest
  @CsvSource({
    "Q4_K_M, ATTN_V, 32*Q8_0",
    "Q4_K_M, ATTN_K, 32*Q8_0",
    "Q4_K_M, ATTN_OUTPUT, 32*Q5_K",
    "Q3_K_L, ATTN_OUTPUT, 32*Q3_K",
    "Q5_K_M, ATTN_OUTPUT, 32*Q5_K",
    "Q6_K, ATTN_OUTPUT, 32*Q6_K",
    "Q4_0, ATTN_V, 32*Q8_0",
    "IQ2_XS, ATTN_V, 32*Q4_K",
    "IQ2_XS, ATTN_K, 32*Q4_K",
    "IQ1_M, ATTN_OUTPUT, 32*Q5_K",
    "IQ3_XXS, ATTN_Q, 32*IQ2_S"
  })
  void eightExperts(Recipe recipe, TensorRole role, String expected) {
    assertEquals(expected, runs(types(recipe, MIXTRAL, role, false)));
  }

  @Test
  void eightExpertsDownProjectionsOfIq3M() {
    assertEquals(
        types(Recipe.Q4_K_M, MIXTRAL, TensorRole.FFN_DOWN, false).stream()
            .map(type -> type == GgmlType.Q6_K ? GgmlType.Q4_K : GgmlType.IQ3_S)
            .toList(),
        types(Recipe.IQ3_M, MIXTRAL, TensorRole.FFN_DOWN, false));
  }

  /** The low recipes ask for four query heads to one, or four experts. */
  @ParameterizedTest
  @CsvSource({"32, 32, 0, Q2_K", "32, 8, 0, Q4_K", "32, 32, 4, Q4_K", "32, 16, 2, Q2_K"})
  void valuesOfLowRecipes(int heads, int headsKv, int experts, GgmlType expected) {
    ModelShape model = new ModelShape("qwen3", 1, heads, headsKv, experts);
    assertEquals(List.of(expected), types(Recipe.IQ2_XXS, model, TensorRole.ATTN_V, true));
  }

  /** 70B: values of Q3_K or Q4_K get Q5_K; not those of the low recipes. */
  @ParameterizedTest
  @CsvSource({
    "llama, 80, 64, 8, true", "llama, 80, 64, 64, false", "llama, 79, 64, 8, false",
    "qwen2, 80, 64, 64, true", "jais2, 68, 8, 8, true", "qwen3, 80, 64, 8, false"
  })
  void seventyBillion(String architecture, int layers, int heads, int headsKv, boolean expected) {
    ModelShape model = new ModelShape(architecture, layers, heads, headsKv, 0);
    assertEquals(
        layers + (expected ? "*Q5_K" : "*Q3_K"),
        runs(types(Recipe.Q3_K_S, model, TensorRole.ATTN_V, false)));
    ModelShape wide = new ModelShape(architecture, layers, 64, 8, 0);
    assertEquals(layers + "*Q4_K", runs(types(Recipe.IQ2_XS, wide, TensorRole.ATTN_V, false)));
  }

  @Test
  void onlyFeedForwardExpertsOfBailing() {
    Tensors stacked = new Tensors().add("blk.0.attn_k_b.weight", 512, 128, 16);
    OutputTensor attention = stacked.sorted().getFirst();
    for (String architecture : List.of("bailingmoe3", "deepseek2")) {
      Site site = new Site(new ModelShape(architecture, 4, 8, 8, 64), 0, 4, false);
      assertEquals(
          architecture.equals("deepseek2") ? GgmlType.MXFP4 : GgmlType.Q8_0,
          Mixture.type(Recipe.MXFP4_MOE, TensorRole.OTHER, attention, site));
      assertEquals(
          GgmlType.MXFP4, Mixture.type(Recipe.MXFP4_MOE, TensorRole.FFN_UP, attention, site));
    }
  }
}
