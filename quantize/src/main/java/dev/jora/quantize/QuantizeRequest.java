package dev.jora.quantize;

import dev.jora.gguf.GgufValue;
import dev.jora.quantize.imatrix.ImportanceMatrix;
import dev.jora.quantize.recipe.Recipe;
import dev.jora.quantize.recipe.RecipeOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a user wants of a quantization.
 *
 * @param output the file to write; of {@code keepSplit} the name of the set without numbers
 * @param matrix the importance matrix
 * @param allowRequantize quantized values may be quantized again
 * @param keepSplit a file for each file of the source
 * @param force what stands under the output's name may be replaced
 * @param pruneLayers layers to drop, {@code 20,21}
 * @param overrides metadata to set, in order
 */
public record QuantizeRequest(
    Path output,
    Recipe recipe,
    RecipeOptions options,
    Optional<Matrix> matrix,
    boolean allowRequantize,
    boolean keepSplit,
    boolean force,
    Optional<String> pruneLayers,
    Map<String, GgufValue> overrides) {

  /**
   * An importance matrix.
   *
   * @param file as the user named it, for the metadata
   */
  public record Matrix(String file, ImportanceMatrix values) {}

  /** The same with another recipe. */
  QuantizeRequest with(Recipe other) {
    return new QuantizeRequest(
        output, other, options, matrix, allowRequantize, keepSplit, force, pruneLayers, overrides);
  }
}
