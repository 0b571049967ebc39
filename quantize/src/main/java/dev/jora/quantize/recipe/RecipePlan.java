package dev.jora.quantize.recipe;

import java.util.List;
import java.util.Set;

/**
 * The type of every tensor of a file to be written.
 *
 * @param tensors in the order of the file
 * @param unusedOverrides those that decided about no tensor: perhaps a slip of the pen
 */
public record RecipePlan(
    Recipe recipe, List<PlannedTensor> tensors, List<TypeOverride> unusedOverrides) {
  /** Copies the lists. */
  public RecipePlan {
    tensors = List.copyOf(tensors);
    unusedOverrides = List.copyOf(unusedOverrides);
  }

  /**
   * Plans by llama.cpp's rules.
   *
   * @param model of the source file, also where layers are dropped
   * @param tensors in the order in which they are written; see {@link TensorOrder}
   * @throws RecipeException if some tensor cannot have the type that it should get
   */
  public static RecipePlan of(
      Recipe recipe, ModelShape model, List<OutputTensor> tensors, RecipeOptions options) {
    Planner planner = new Planner(recipe, model, tensors, options);
    List<PlannedTensor> planned = tensors.stream().map(planner::plan).toList();
    Set<TypeOverride> used = planner.usedOverrides();
    return new RecipePlan(
        recipe,
        planned,
        options.overrides().stream().filter(override -> !used.contains(override)).toList());
  }

  /** Number of tensors that did not get the wanted type because of their shape. */
  public int fallbacks() {
    return (int) tensors.stream().filter(PlannedTensor::fallback).count();
  }

  /** Bytes of tensor data in the new file, without padding. */
  public long bytes() {
    return tensors.stream().mapToLong(PlannedTensor::bytes).sum();
  }

  /** Number of weights, of all tensors. */
  public long elements() {
    return tensors.stream().mapToLong(tensor -> tensor.source().shape().elements()).sum();
  }

  /** Bits per weight of the new file, over all tensors; 0 where there are no weights. */
  public double bitsPerWeight() {
    return elements() == 0 ? 0 : 8.0 * bytes() / elements();
  }
}
