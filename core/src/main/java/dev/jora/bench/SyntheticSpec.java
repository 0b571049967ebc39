package dev.jora.bench;

import dev.jora.gguf.FileType;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A shape and the types of its tensors, as {@code llama-1b:Q4_K_M} names them.
 *
 * @param recipe {@code Q4_K_M}, or the tensor type that all but the output have
 * @param base type of most matrices
 * @param better type of the output, and in Q4_K_M of half the values and down projections
 */
public record SyntheticSpec(
    SyntheticShape shape, String recipe, GgmlType base, GgmlType better, FileType fileType) {
  /** The one recipe that mixes types within the layers. */
  private static final String MIXED = "Q4_K_M";

  /**
   * Reads {@code SHAPE:TYPE}.
   *
   * @throws IllegalArgumentException if there is no such shape or type; the message lists them
   */
  public static SyntheticSpec parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException("'" + text + "' is not SHAPE:TYPE, as llama-1b:Q4_K_M");
    }
    SyntheticShape shape =
        SyntheticShape.find(parts[0].toLowerCase(Locale.ROOT))
            .orElseThrow(() -> unknown("shape", parts[0], SyntheticShape.names()));
    String recipe = parts[1].toUpperCase(Locale.ROOT);
    GgmlType base =
        BlockFormats.all().stream()
            .map(BlockFormat::type)
            .filter(type -> type.name().equals(recipe.equals(MIXED) ? "Q4_K" : recipe))
            .findFirst()
            .orElseThrow(() -> unknown("type", parts[1], types()));
    boolean coarse = base.bitsPerWeight() < GgmlType.Q6_K.bitsPerWeight();
    return new SyntheticSpec(shape, recipe, base, coarse ? GgmlType.Q6_K : base, fileType(recipe));
  }

  private static List<String> types() {
    Stream<String> pure = BlockFormats.all().stream().map(format -> format.type().name());
    return Stream.concat(Stream.of(MIXED), pure).toList();
  }

  private static IllegalArgumentException unknown(String what, String name, List<String> known) {
    String choice = known.stream().collect(Collectors.joining(", "));
    return new IllegalArgumentException(
        "there is no synthetic " + what + " '" + name + "'; choose one of: " + choice);
  }

  private static FileType fileType(String recipe) {
    return Stream.of(recipe, recipe + "_S", recipe + "_MOE")
        .map(SyntheticSpec::fileTypeNamed)
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow();
  }

  private static Optional<FileType> fileTypeNamed(String name) {
    return Stream.of(FileType.values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** {@code llama-1b:Q4_K_M}. */
  @Override
  public String toString() {
    return shape.name() + ":" + recipe;
  }

  /** True for the layers of which Q4_K_M stores value and down projections in the better type. */
  boolean isBetter(int layer) {
    int n = shape.layers();
    boolean chosen = layer < n / 8 || layer >= 7 * n / 8 || (layer - n / 8) % 3 == 2;
    return recipe.equals(MIXED) && chosen;
  }
}
