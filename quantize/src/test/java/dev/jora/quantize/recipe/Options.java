package dev.jora.quantize.recipe;

import dev.jora.tensor.GgmlType;
import java.util.Arrays;
import java.util.Optional;

/** Options for tests, one at a time. */
final class Options {
  private Options() {}

  static RecipeOptions pure() {
    return of(true, null, null);
  }

  static RecipeOptions output(GgmlType type) {
    return of(false, type, null);
  }

  static RecipeOptions embedding(GgmlType type) {
    return of(false, null, type);
  }

  static RecipeOptions matrix() {
    RecipeOptions none = RecipeOptions.DEFAULTS;
    return new RecipeOptions(
        false, false, none.outputType(), none.embeddingType(), none.overrides(), true);
  }

  static RecipeOptions overrides(String... overrides) {
    return of(false, null, null, overrides);
  }

  static RecipeOptions of(boolean pure, GgmlType output, GgmlType embedding, String... overrides) {
    return new RecipeOptions(
        pure,
        false,
        Optional.ofNullable(output),
        Optional.ofNullable(embedding),
        Arrays.stream(overrides).map(TypeOverride::parse).toList(),
        false);
  }
}
