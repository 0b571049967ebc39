package dev.jora.quantize.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.fault.Sentence;
import dev.jora.tensor.GgmlType;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MatrixNeedsTest {
  private static final ModelShape SMALL = new ModelShape("llama", 4, 8, 4, 0);

  private static RecipePlan plan(Recipe recipe, RecipeOptions options) {
    Tensors tensors = Tensors.dense(512, 1024, 1000, 4, 512, 256, true);
    return RecipePlan.of(recipe, SMALL, tensors.sorted(), options);
  }

  private static Set<String> layerNames(RecipePlan plan) {
    return plan.tensors().stream()
        .map(tensor -> tensor.source().name())
        .filter(name -> name.startsWith("blk."))
        .collect(Collectors.toCollection(HashSet::new));
  }

  @ParameterizedTest
  @EnumSource
  void recipesSayIt(Recipe recipe) {
    RecipePlan plan = plan(recipe, RecipeOptions.DEFAULTS);
    assertEquals(recipe.needsMatrix(), !MatrixNeeds.missing(plan, Set.of()).isEmpty());
    assertEquals(List.of(), MatrixNeeds.missing(plan, layerNames(plan)));
  }

  @ParameterizedTest
  @EnumSource(
      value = GgmlType.class,
      names = {"IQ3_XXS", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ1_S", "IQ1_M"})
  void typesThatNeedOne(GgmlType type) {
    RecipePlan plan = plan(Recipe.Q4_0, Options.overrides("blk.2.attn_q=" + type));
    assertEquals(
        List.of("blk.2.attn_q.weight"),
        MatrixNeeds.missing(plan, Set.of()).stream().map(PlannedTensor::name).toList());
  }

  @Test
  void q2KNeedsOneInItsSmallRecipeOnly() {
    assertEquals(List.of(), MatrixNeeds.missing(plan(Recipe.Q2_K, Options.pure()), Set.of()));
    List<PlannedTensor> missing =
        MatrixNeeds.missing(plan(Recipe.Q2_K_S, Options.pure()), Set.of());
    assertEquals(4 * 7, missing.size());
  }

  /** Types without which nothing can be made, as the ends of a model. */
  @ParameterizedTest
  @EnumSource(
      value = GgmlType.class,
      names = {"IQ3_XXS", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ1_S", "IQ1_M"})
  void ends(GgmlType type) {
    boolean impossible = Set.of(GgmlType.IQ2_XXS, GgmlType.IQ2_XS, GgmlType.IQ1_S).contains(type);
    RecipePlan embedding = plan(Recipe.Q4_0, Options.embedding(type));
    assertEquals(
        impossible
            ? Optional.of(
                "tensor token_embd.weight: "
                    + type
                    + " cannot be made without an importance matrix, and there is none for this"
                    + " tensor; give it another type: token_embedding_type Q2_K")
            : Optional.empty(),
        MatrixNeeds.complaint(embedding, layerNames(embedding)).map(Sentence::toString));
    RecipePlan output = plan(Recipe.Q4_0, Options.output(type));
    assertEquals(impossible, MatrixNeeds.complaint(output, Set.of()).isPresent());
    assertEquals(Optional.empty(), MatrixNeeds.complaint(output, Set.of("output.weight")));
  }

  @Test
  void complaintsSayWhatToDo() {
    RecipePlan plan = plan(Recipe.IQ2_XS, RecipeOptions.DEFAULTS);
    assertEquals(
        Optional.of(
            "tensor blk.0.attn_k.weight and 23 more: a type of so few bits (IQ2_XS) needs an"
                + " importance matrix, and there is none; make one with jora imatrix, give it with"
                + " imatrix, or choose a larger type"),
        MatrixNeeds.complaint(plan, Set.of()).map(Sentence::toString));
    Set<String> names = layerNames(plan);
    names.remove("blk.3.ffn_up.weight");
    String message = MatrixNeeds.complaint(plan, names).orElseThrow().toString();
    assertTrue(message.startsWith("tensor blk.3.ffn_up.weight: "), message);
    assertTrue(message.contains("the one given lacks them"), message);
    assertEquals(Optional.empty(), MatrixNeeds.complaint(plan, layerNames(plan)));
  }

  @Test
  void prunedTensorsAreFoundByTheirOldName() {
    Tensors tensors = Tensors.dense(512, 1024, 1000, 4, 512, 256, true);
    List<OutputTensor> left = LayerPruning.parse("0", 4).apply(tensors.infos());
    RecipePlan plan = RecipePlan.of(Recipe.IQ2_XS, SMALL, left, RecipeOptions.DEFAULTS);
    Set<String> names = layerNames(plan);
    assertTrue(names.contains("blk.3.attn_q.weight"));
    assertEquals(List.of(), MatrixNeeds.missing(plan, names));
  }
}
