package dev.jora.convert;

import dev.jora.gguf.FileType;
import dev.jora.gguf.TensorInfo;
import dev.jora.quantize.recipe.Recipe;
import dev.jora.tensor.GgmlType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What tensors are written as.
 *
 * @param recipe how types are given to tensors; empty: the matrices' type is that of the checkpoint
 * @param plain true if all matrices get one type, as llama.cpp's converter gives it
 */
public record OutputType(Optional<Recipe> recipe, boolean plain) {
  /** The checkpoint's own type: F16, or BF16. */
  public static final OutputType AUTO = new OutputType(Optional.empty(), true);

  /** Small tensors that kernels take as floats only, whatever the others are. */
  private static final Pattern FLOATS =
      Pattern.compile(
          ".*_norm\\.weight|(blk\\.\\d+\\.)?(ffn_gate_inp|ffn_gate_inp_shexp|position_embd|token_types"
              + "|ssm_conv1d|shortconv\\.conv)\\.weight|.*(?<!\\.weight)");

  /**
   * A type by name: {@code auto}, {@code f16}, {@code Q4_K_M}; case does not matter.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public static OutputType parse(String name) {
    if (name.strip().toLowerCase(Locale.ROOT).equals("auto")) {
      return AUTO;
    }
    Recipe recipe = Recipe.parse(name);
    boolean plain =
        switch (recipe) {
          case F32, F16, BF16, Q8_0, TQ1_0, TQ2_0 -> true;
          case COPY ->
              throw new IllegalArgumentException(
                  "a checkpoint has no type of GGUF's to copy; auto keeps what it has");
          default -> false;
        };
    return new OutputType(Optional.of(recipe), plain);
  }

  /** The recipe for this checkpoint: where none was asked for, what its first matrix is. */
  Recipe recipe(List<TensorInfo> tensors) {
    return recipe.orElseGet(
        () ->
            tensors.stream()
                    .filter(tensor -> tensor.shape().dims() >= 2)
                    .findFirst()
                    .filter(tensor -> tensor.type() == GgmlType.F16)
                    .isPresent()
                ? Recipe.F16
                : Recipe.BF16);
  }

  /** The type of a tensor where all matrices get one type. */
  static GgmlType plainType(Recipe recipe, TensorInfo tensor) {
    if (tensor.type() == GgmlType.MXFP4 || tensor.type() == GgmlType.NVFP4) {
      return tensor.type();
    }
    if (tensor.shape().dims() <= 1 || FLOATS.matcher(tensor.name()).matches()) {
      return GgmlType.F32;
    }
    boolean embeddings =
        List.of("token_embd.weight", "per_layer_token_embd.weight", "output.weight")
            .contains(tensor.name());
    GgmlType type =
        switch (recipe) {
          case TQ1_0, TQ2_0 -> embeddings ? GgmlType.F16 : recipe.defaultType();
          default -> recipe.defaultType();
        };
    return tensor.shape().ne0() % type.blockSize() == 0 ? type : GgmlType.F16;
  }

  /** {@code general.file_type}. */
  static FileType fileType(Recipe recipe, List<TensorInfo> tensors) {
    boolean floats = recipe == Recipe.F32 || recipe == Recipe.F16 || recipe == Recipe.BF16;
    if (floats && tensors.stream().anyMatch(tensor -> tensor.type() == GgmlType.NVFP4)) {
      return FileType.NVFP4;
    }
    if (floats && tensors.stream().anyMatch(tensor -> tensor.type() == GgmlType.MXFP4)) {
      return FileType.MXFP4_MOE;
    }
    return recipe.fileType().orElseThrow();
  }
}
