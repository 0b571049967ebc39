package dev.jora.bench;

import dev.jora.gguf.FileType;
import dev.jora.gguf.TensorInfo;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A shape and the types of its tensors, as {@code llama-1b:Q4_K_M} names them.
 *
 * @param recipe {@code Q4_K_M}, or the tensor type that all but the output have; {@code MXFP4} of a
 *     mixture is that of its experts, all else being Q8_0
 * @param base type of most matrices
 * @param better type of the output, and in Q4_K_M of half the values and down projections
 */
public record SyntheticSpec(
    SyntheticShape shape, String recipe, GgmlType base, GgmlType better, FileType fileType) {
  /** The one recipe that mixes types within the layers. */
  private static final String MIXED = "Q4_K_M";

  private static final Pattern LAYER = Pattern.compile("blk\\.(\\d+)\\..*");

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

  /** The tensors with their types, in file order, at no offset yet. */
  List<TensorInfo> tensors() {
    List<SyntheticTensor> all = shape.tensors();
    int values = (int) all.stream().filter(SyntheticSpec::isValue).count();
    int value = 0; // values are counted, as not every layer has one
    List<TensorInfo> infos = new ArrayList<>();
    for (SyntheticTensor tensor : all) {
      boolean chosen =
          isValue(tensor)
              ? isBetter(value++, values)
              : isDown(tensor) && isBetter(layer(tensor), shape.layers());
      GgmlType type = tensor.quantized() ? type(tensor, chosen) : GgmlType.F32;
      infos.add(new TensorInfo(tensor.name(), type, tensor.shape(), 0));
    }
    return infos;
  }

  private GgmlType type(SyntheticTensor tensor, boolean chosen) {
    boolean expert = tensor.shape().dims() == 3;
    boolean output = tensor.name().equals(shape.tied() ? "token_embd.weight" : "output.weight");
    boolean inputs = shape.tied() && tensor.name().equals("per_layer_token_embd.weight");
    GgmlType wanted;
    if (base == GgmlType.MXFP4 && shape.mixed()) {
      wanted = expert ? base : GgmlType.Q8_0;
    } else {
      wanted = output || inputs || chosen && recipe.equals(MIXED) ? better : base;
    }
    return BlockFormats.fitting(wanted, tensor.shape().ne0()).orElse(GgmlType.Q8_0);
  }

  private static boolean isValue(SyntheticTensor tensor) {
    return tensor.name().endsWith("attn_v.weight") || tensor.name().endsWith("attn_qkv.weight");
  }

  private static boolean isDown(SyntheticTensor tensor) {
    return tensor.name().contains("ffn_down");
  }

  private static int layer(SyntheticTensor tensor) {
    Matcher layer = LAYER.matcher(tensor.name());
    return layer.matches() ? Integer.parseInt(layer.group(1)) : 0;
  }

  /** True for those of n that Q4_K_M stores in the better type. */
  private static boolean isBetter(int i, int n) {
    return i < n / 8 || i >= 7 * n / 8 || (i - n / 8) % 3 == 2;
  }
}
