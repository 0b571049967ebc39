package dev.jora.cli.quantize;

import dev.jora.cli.common.FilePath;
import dev.jora.cli.common.ThreadOptions;
import dev.jora.cli.common.UserException;
import dev.jora.quantize.recipe.Recipe;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** {@code INPUT [OUTPUT] TYPE [THREADS]}: the second word is a type if it names one. */
record QuantizeWords(Path input, Path output, Recipe recipe, OptionalInt threads) {
  static QuantizeWords parse(List<String> words) {
    if (words.size() < 2) {
      throw UserException.usage(
          "what to quantize to? Give a type behind " + words.getFirst() + ", such as Q4_K_M");
    }
    Path input = FilePath.word(words.getFirst());
    boolean named = words.size() > 2 && !isRecipe(words.get(1));
    int type = named ? 2 : 1;
    Recipe recipe = recipe(words.get(type));
    if (words.size() > type + 2) {
      throw UserException.usage("unexpected word: " + words.get(type + 2));
    }
    OptionalInt threads =
        words.size() > type + 1
            ? OptionalInt.of(threads(words.get(type + 1)))
            : OptionalInt.empty();
    Path output =
        named
            ? FilePath.word(words.get(1))
            : input.resolveSibling("ggml-model-" + recipe.name() + ".gguf");
    return new QuantizeWords(input, output, recipe, threads);
  }

  /** {@code INPUT [OUTPUT]}, where a size is given in place of a type. */
  static QuantizeWords parseWithoutType(List<String> words) {
    if (words.size() > 2) {
      throw UserException.usage(
          "a target takes INPUT [OUTPUT] and no type; unexpected word: " + words.get(2));
    }
    Path input = FilePath.word(words.getFirst());
    Path output =
        words.size() > 1
            ? FilePath.word(words.get(1))
            : input.resolveSibling("ggml-model-target.gguf");
    return new QuantizeWords(input, output, Recipe.Q4_K_M, OptionalInt.empty());
  }

  private static Recipe recipe(String word) {
    try {
      return Recipe.parse(word);
    } catch (IllegalArgumentException e) {
      throw UserException.usage(e.getMessage(), e);
    }
  }

  private static boolean isRecipe(String word) {
    try {
      Recipe.parse(word);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static int threads(String word) {
    try {
      int n = Integer.parseInt(word);
      if (n >= 1 && n <= ThreadOptions.MOST) {
        return n;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw UserException.usage(
        "a number of threads from 1 to " + ThreadOptions.MOST + " expected, not '" + word + "'");
  }
}
