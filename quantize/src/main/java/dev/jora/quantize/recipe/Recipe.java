package dev.jora.quantize.recipe;

import dev.jora.gguf.FileType;
import dev.jora.tensor.GgmlType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a model can be quantized to: a tensor type for most matrices, and better ones for some,
 * which {@link Mixture} lists. Names and numbers are llama.cpp's.
 */
public enum Recipe {
  F32(GgmlType.F32, "32.00"),
  F16(GgmlType.F16, "16.00"),
  BF16(GgmlType.BF16, "16.00"),
  Q8_0(GgmlType.Q8_0, "8.50"),
  Q6_K(GgmlType.Q6_K, "6.56"),
  Q5_1(GgmlType.Q5_1, "6.04"),
  Q5_K_M(GgmlType.Q5_K, "5.70", Needs.NOTHING, "Q5_K"),
  Q5_K_S(GgmlType.Q5_K, "5.57"),
  Q5_0(GgmlType.Q5_0, "5.57"),
  Q4_1(GgmlType.Q4_1, "5.10"),
  Q4_K_M(GgmlType.Q4_K, "4.89", Needs.NOTHING, "Q4_K"),
  Q4_K_S(GgmlType.Q4_K, "4.67"),
  IQ4_NL(GgmlType.IQ4_NL, "4.68"),
  Q4_0(GgmlType.Q4_0, "4.64"),
  IQ4_XS(GgmlType.IQ4_XS, "4.46"),
  Q3_K_L(GgmlType.Q3_K, "4.30"),
  MXFP4_MOE(GgmlType.MXFP4, "4.25 in experts, 8.5 elsewhere"),
  Q3_K_M(GgmlType.Q3_K, "4.00", Needs.NOTHING, "Q3_K"),
  IQ3_M(GgmlType.IQ3_S, "3.76"),
  IQ3_S(GgmlType.IQ3_S, "3.66"),
  Q3_K_S(GgmlType.Q3_K, "3.64"),
  IQ3_XS(GgmlType.IQ3_S, "3.50", Needs.MATRIX),
  IQ3_XXS(GgmlType.IQ3_XXS, "3.25", Needs.MATRIX),
  Q2_K(GgmlType.Q2_K, "3.16"),
  Q2_K_S(GgmlType.Q2_K, "2.97", Needs.MATRIX),
  IQ2_M(GgmlType.IQ2_S, "2.93", Needs.MATRIX),
  IQ2_S(GgmlType.IQ2_XS, "2.74", Needs.MATRIX),
  Q2_0(GgmlType.Q2_0, "2.68"),
  IQ2_XS(GgmlType.IQ2_XS, "2.59", Needs.MATRIX),
  TQ2_0(GgmlType.TQ2_0, "2.52"),
  IQ2_XXS(GgmlType.IQ2_XXS, "2.38", Needs.MATRIX),
  TQ1_0(GgmlType.TQ1_0, "2.19"),
  IQ1_M(GgmlType.IQ1_M, "2.15", Needs.MATRIX),
  IQ1_S(GgmlType.IQ1_S, "2.00", Needs.MATRIX),
  Q1_0(GgmlType.Q1_0, "1.48"),

  /** Every tensor as it is. */
  COPY(null, "as in the input");

  private enum Needs {
    NOTHING,
    MATRIX
  }

  private final GgmlType defaultType;
  private final String bitsPerWeight;
  private final Needs needs;
  private final List<String> aliases;

  Recipe(GgmlType defaultType, String bitsPerWeight) {
    this(defaultType, bitsPerWeight, Needs.NOTHING);
  }

  Recipe(GgmlType defaultType, String bitsPerWeight, Needs needs, String... aliases) {
    this.defaultType = defaultType;
    this.bitsPerWeight = bitsPerWeight;
    this.needs = needs;
    this.aliases = List.of(aliases);
  }

  /**
   * The recipe of this name, alias or number; case does not matter.
   *
   * @throws IllegalArgumentException if there is none; the message lists all names
   */
  public static Recipe parse(String text) {
    String name = text.strip().toUpperCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(recipe -> recipe.isCalled(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(unknown(text, name)));
  }

  private boolean isCalled(String name) {
    return name.equals(name())
        || aliases.contains(name)
        || fileType().filter(type -> name.equals(Integer.toString(type.id()))).isPresent();
  }

  private static String unknown(String text, String name) {
    if (name.equals("NVFP4") || name.equals(Integer.toString(FileType.NVFP4.id()))) {
      return "NVFP4 comes from converting models that were trained to it;"
          + " nothing is quantized to it";
    }
    String names = Arrays.stream(values()).map(Recipe::name).collect(Collectors.joining(", "));
    return "there is no type '" + text + "' to quantize to; choose one of: " + names;
  }

  /** The value of {@code general.file_type}; empty for {@link #COPY}, which leaves it as it is. */
  public Optional<FileType> fileType() {
    return this == COPY ? Optional.empty() : Optional.of(FileType.valueOf(name()));
  }

  /**
   * The type of most matrices.
   *
   * @throws IllegalStateException for {@link #COPY}, which has none
   */
  public GgmlType defaultType() {
    if (this == COPY) {
      throw new IllegalStateException("COPY has no tensor type of its own");
    }
    return defaultType;
  }

  /** As llama.cpp prints it: {@code Q4_K - Medium}. */
  public String label() {
    return fileType().map(FileType::label).orElse("copy");
  }

  /** For people: bits per weight that Llama 3.1 8B gets, {@code 4.89}. */
  public String bitsPerWeight() {
    return bitsPerWeight;
  }

  /** True if common models cannot be quantized by this recipe without an importance matrix. */
  public boolean needsMatrix() {
    return needs == Needs.MATRIX;
  }

  /** True if all matrices become floats: no mixture, no overrides, no fallback. */
  boolean isFloat() {
    return this == F32 || this == F16 || this == BF16;
  }

  /** The recipes of less than three bits that share a way of their own. */
  boolean isLow() {
    return switch (this) {
      case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ2_M -> true;
      default -> false;
    };
  }
}
