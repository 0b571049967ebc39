package dev.jora.quantize.recipe;

import dev.jora.tensor.GgmlType;
import java.util.List;
import java.util.Optional;

/**
 * What a user may ask for besides the recipe.
 *
 * @param pure no mixture: every tensor the default type
 * @param leaveOutput {@code output.weight} keeps its type
 * @param outputType for {@code output.weight}, and without one for the token embeddings
 * @param embeddingType for the token embeddings
 * @param overrides types by name; the first that fits counts
 * @param hasMatrix true if there is an importance matrix, which some recipes trust to need less
 */
public record RecipeOptions(
    boolean pure,
    boolean leaveOutput,
    Optional<GgmlType> outputType,
    Optional<GgmlType> embeddingType,
    List<TypeOverride> overrides,
    boolean hasMatrix) {
  /** Nothing but the recipe. */
  public static final RecipeOptions DEFAULTS =
      new RecipeOptions(false, false, Optional.empty(), Optional.empty(), List.of(), false);

  /** Copies the list. */
  public RecipeOptions {
    overrides = List.copyOf(overrides);
  }

  /** The first override that fits this name. */
  Optional<TypeOverride> overrideFor(String tensor) {
    return overrides.stream().filter(override -> override.fits(tensor)).findFirst();
  }
}
