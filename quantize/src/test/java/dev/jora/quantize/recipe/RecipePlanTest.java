package dev.jora.quantize.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.TensorInfo;
import dev.jora.quantize.recipe.PlannedTensor.Reason;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Order of decisions, options and shapes; what the golden lists do not show. */
final class RecipePlanTest {
  private static final ModelShape SMALL = new ModelShape("llama", 4, 8, 4, 0);

  private static Tensors small(boolean output) {
    return Tensors.dense(512, 1024, 1000, 4, 512, 256, output);
  }

  private static RecipePlan plan(Recipe recipe, Tensors tensors, RecipeOptions options) {
    return RecipePlan.of(recipe, SMALL, tensors.sorted(), options);
  }

  private static PlannedTensor find(RecipePlan plan, String name) {
    return plan.tensors().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }

  private static GgmlType type(RecipePlan plan, String name) {
    return find(plan, name).target();
  }

  @Test
  void copyKeepsEverything() {
    RecipePlan plan = plan(Recipe.COPY, small(true), Options.pure());
    assertTrue(plan.tensors().stream().noneMatch(PlannedTensor::changes));
    assertTrue(plan.tensors().stream().allMatch(t -> t.reason() == Reason.KEPT));
    assertEquals(16, plan.bitsPerWeight());
  }

  @Test
  void vectorsAndExceptionsKeepTheirType() {
    Tensors tensors =
        new Tensors()
            .addLayer(0, "attn_norm.weight", 512)
            .addLayer(0, "attn_q_norm.weight", 64, 8)
            .addLayer(0, "attn_q.bias", 512, 2)
            .addLayer(0, "ffn_gate_inp.weight", 512, 8)
            .addLayer(0, "ssm_conv1d.weight", 4, 512)
            .addLayer(0, "time_mix_w2.weight", 512, 512)
            .addLayer(0, "altup_router.weight", 512, 4)
            .add("position_embd.weight", 512, 512)
            .add("v.position_embd.weight", 512, 512)
            .add("v.patch_embd.weight", 14, 14, 3, 512);
    RecipePlan plan = plan(Recipe.Q4_0, tensors, RecipeOptions.DEFAULTS);
    plan.tensors().forEach(t -> assertEquals(GgmlType.BF16, t.target(), t.name()));
  }

  @Test
  void pureGivesAllTheDefaultType() {
    RecipePlan plan = plan(Recipe.Q4_K_M, small(true), Options.pure());
    assertEquals(GgmlType.Q4_K, type(plan, "output.weight"));
    assertEquals(GgmlType.Q4_K, type(plan, "blk.0.attn_v.weight"));
  }

  @Test
  void outputKeepsItsTypeWhereAsked() {
    RecipeOptions leave =
        new RecipeOptions(false, true, Optional.empty(), Optional.empty(), List.of(), false);
    assertEquals(GgmlType.BF16, type(plan(Recipe.Q4_0, small(true), leave), "output.weight"));
    // Only the tensor with that name: of a tied model the embeddings are quantized.
    assertEquals(GgmlType.Q6_K, type(plan(Recipe.Q4_0, small(false), leave), "token_embd.weight"));
  }

  @Test
  void outputTypeIsForTheEmbeddingsOfTiedModels() {
    RecipeOptions q8 = Options.output(GgmlType.Q8_0);
    assertEquals(GgmlType.Q8_0, type(plan(Recipe.Q4_0, small(true), q8), "output.weight"));
    assertEquals(GgmlType.Q4_0, type(plan(Recipe.Q4_0, small(true), q8), "token_embd.weight"));
    PlannedTensor tied = find(plan(Recipe.Q4_0, small(false), q8), "token_embd.weight");
    assertEquals(GgmlType.Q8_0, tied.target());
    assertEquals(Reason.OPTION, tied.reason());
    RecipeOptions pure = Options.of(true, GgmlType.Q8_0, null);
    assertEquals(GgmlType.Q4_0, type(plan(Recipe.Q4_0, small(false), pure), "token_embd.weight"));
  }

  @Test
  void embeddingTypeStandsAboveOverridesButForPerLayerEmbeddings() {
    Tensors tensors = small(true).add("per_layer_token_embd.weight", 512, 1000);
    RecipeOptions options = Options.of(false, null, GgmlType.Q5_0, "token_embd=q8_0");
    RecipePlan plan = plan(Recipe.Q4_0, tensors, options);
    assertEquals(GgmlType.Q5_0, type(plan, "token_embd.weight"));
    assertEquals(GgmlType.Q8_0, type(plan, "per_layer_token_embd.weight"));
    RecipePlan without = plan(Recipe.Q4_0, tensors, Options.embedding(GgmlType.Q5_0));
    assertEquals(GgmlType.Q5_0, type(without, "per_layer_token_embd.weight"));
  }

  @Test
  void askedTypesHaveNoFallback() {
    Tensors odd = new Tensors().add("token_embd.weight", 896, 10).add("output.weight", 896, 10);
    for (RecipeOptions options :
        List.of(Options.output(GgmlType.Q6_K), Options.embedding(GgmlType.Q6_K))) {
      String message =
          assertThrows(RecipeException.class, () -> plan(Recipe.Q4_0, odd, options)).getMessage();
      assertTrue(message.contains("rows of 896 values do not divide into the blocks of 256"));
      assertTrue(message.endsWith("_type, as Q8_0"), message);
    }
  }

  @Test
  void firstOverrideCounts() {
    RecipeOptions options =
        Options.overrides("BLK\\.1\\.attn_v=Q8_0", "attn_v=F16", "ffn=q5_k", "ffn_down=Q2_K");
    RecipePlan plan = plan(Recipe.Q4_K_M, small(true), options);
    assertEquals(GgmlType.F16, type(plan, "blk.0.attn_v.weight"));
    assertEquals(GgmlType.Q8_0, type(plan, "blk.1.attn_v.weight"));
    assertEquals(GgmlType.Q5_K, type(plan, "blk.2.ffn_down.weight"));
    assertEquals(GgmlType.Q4_K, type(plan, "blk.2.attn_q.weight"));
    assertEquals(Reason.OVERRIDE, find(plan, "blk.0.attn_v.weight").reason());
    assertEquals(
        List.of("ffn_down=Q2_K"), plan.unusedOverrides().stream().map(TypeOverride::text).toList());
  }

  @Test
  void overridesDoNotReachFloatRecipes() {
    RecipePlan plan = plan(Recipe.F16, small(true), Options.overrides("attn_v=Q8_0"));
    assertEquals(GgmlType.F16, type(plan, "blk.0.attn_v.weight"));
    assertEquals(1, plan.unusedOverrides().size());
  }

  @Test
  void overriddenTensorsAreNotCounted() {
    Tensors tensors = Tensors.dense(512, 512, 1000, 8, 512, 256, true);
    ModelShape shape = new ModelShape("llama", 8, 8, 4, 0);
    RecipePlan plan =
        RecipePlan.of(
            Recipe.Q4_K_S, shape, tensors.sorted(), Options.overrides("blk.0.attn_v=Q8_0"));
    List<GgmlType> values =
        IntStream.range(0, 8).mapToObj(i -> type(plan, "blk." + i + ".attn_v.weight")).toList();
    assertEquals(
        List.of(
            GgmlType.Q8_0,
            GgmlType.Q5_K,
            GgmlType.Q5_K,
            GgmlType.Q5_K,
            GgmlType.Q5_K,
            GgmlType.Q4_K,
            GgmlType.Q4_K,
            GgmlType.Q4_K),
        values);
  }

  @ParameterizedTest
  @CsvSource({
    "IQ1_S, 96, IQ4_NL",
    "IQ1_M, 96, IQ4_NL",
    "IQ2_XXS, 96, IQ4_NL",
    "IQ2_XS, 96, IQ4_NL",
    "IQ2_S, 96, IQ4_NL",
    "IQ3_XXS, 96, IQ4_NL",
    "IQ3_S, 96, IQ4_NL",
    "IQ4_XS, 96, IQ4_NL",
    "Q2_K, 96, Q4_0",
    "Q3_K, 96, Q4_0",
    "TQ1_0, 96, Q4_0",
    "TQ2_0, 96, Q4_0",
    "Q2_0, 96, Q4_0",
    "Q4_K, 96, Q5_0",
    "Q5_K, 96, Q5_1",
    "Q6_K, 96, Q8_0",
    "Q8_0, 100, F16",
    "Q4_0, 33, F16",
    "Q6_K, 100, F16",
    "MXFP4, 48, F16",
    "Q4_K, 512, Q4_K",
    "Q2_0, 64, Q2_0",
    "Q1_0, 128, Q1_0",
    "F16, 1, F16",
    "BF16, 7, BF16"
  })
  void shapesThatDoNotDivide(GgmlType wanted, int ne0, GgmlType expected) {
    Tensors tensors = new Tensors().add("blk.0.some.weight", ne0, 2);
    RecipePlan plan = plan(Recipe.Q8_0, tensors, Options.overrides("some=" + wanted));
    assertEquals(expected, plan.tensors().getFirst().target());
    assertEquals(wanted == expected ? 0 : 1, plan.fallbacks());
  }

  @Test
  void oneBitHasNoFallback() {
    Tensors tensors = new Tensors().add("blk.0.attn_q.weight", 96, 2);
    String message =
        assertThrows(
                RecipeException.class, () -> plan(Recipe.Q1_0, tensors, RecipeOptions.DEFAULTS))
            .getMessage();
    assertEquals(
        "tensor blk.0.attn_q.weight: rows of 96 values do not divide into the blocks of 128 that"
            + " Q1_0 has, and no other type stands in for it; give it one that fits: tensor_type"
            + " blk.0.attn_q.weight=Q8_0",
        message);
  }

  /** Qwen 2.5 0.5B: nothing but the down projections divides into blocks of 256. */
  @Test
  void smallQwen() {
    Tensors tensors = Tensors.dense(896, 4864, 151936, 24, 896, 128, false);
    ModelShape shape = new ModelShape("qwen2", 24, 14, 2, 0);
    RecipePlan plan = RecipePlan.of(Recipe.Q4_K_M, shape, tensors.sorted(), RecipeOptions.DEFAULTS);
    assertEquals(GgmlType.Q8_0, type(plan, "token_embd.weight"));
    assertFalse(find(plan, "token_embd.weight").fallback());
    assertEquals(GgmlType.Q5_0, type(plan, "blk.3.attn_q.weight"));
    assertEquals(GgmlType.Q8_0, type(plan, "blk.0.attn_v.weight"));
    assertEquals(GgmlType.Q6_K, type(plan, "blk.0.ffn_down.weight"));
    assertEquals(24 * 6, plan.fallbacks());
  }

  @Test
  void quantizedSourcesAreSeen() {
    TensorInfo q8 = new TensorInfo("blk.0.attn_q.weight", GgmlType.Q8_0, Shape.of(256, 2), 0);
    TensorInfo f16 = new TensorInfo("blk.0.attn_k.weight", GgmlType.F16, Shape.of(256, 2), 0);
    List<OutputTensor> tensors = TensorOrder.sorted(List.of(q8, f16));
    RecipePlan smaller = RecipePlan.of(Recipe.Q4_0, SMALL, tensors, RecipeOptions.DEFAULTS);
    assertEquals(
        List.of(false, true), smaller.tensors().stream().map(PlannedTensor::requantizes).toList());
    RecipePlan same = RecipePlan.of(Recipe.Q8_0, SMALL, tensors, RecipeOptions.DEFAULTS);
    assertTrue(same.tensors().stream().noneMatch(PlannedTensor::requantizes));
    assertEquals(2 * 2 * 256 / 32 * 34, same.bytes());
    assertEquals(1024, same.elements());
  }
}
