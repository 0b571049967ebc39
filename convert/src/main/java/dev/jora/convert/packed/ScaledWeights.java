package dev.jora.convert.packed;

import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Weights of one byte each, under their own names, with scales beside them: FP8 and int8. */
final class ScaledWeights {
  /** Ends of names of scales, after the weight's name. */
  private static final Set<String> ENDS = Set.of("_scale_inv", "_scale");

  /** Zero points of floats are always 0, but some files have them. */
  private static final ElementType[] ZEROS = {
    ElementType.I8, ElementType.F8_E4M3, ElementType.F8_E5M2
  };

  private static final String MISTRAL = "qscale_weight";

  private ScaledWeights() {}

  /** Ends of names of scales. */
  static Set<String> companions() {
    return Set.of(".weight_scale_inv", ".weight_scale", "." + MISTRAL);
  }

  /** Ends of names of what only activations and caches need. */
  static Set<String> dropped() {
    return Set.of(
        ".input_scale",
        ".input_zero_point",
        ".input_global_scale",
        "activation_scale",
        ".output_scale",
        ".q_scale",
        ".k_scale",
        ".v_scale",
        ".prob_scale",
        ".qscale_act");
  }

  /** Whether it is a weight of floats of one byte: scales may be such, too. */
  static boolean isFloat8(SourceTensor tensor) {
    return (tensor.type() == ElementType.F8_E4M3 || tensor.type() == ElementType.F8_E5M2)
        && ENDS.stream().noneMatch(tensor.name()::endsWith)
        && !tensor.name().endsWith("_zero_point");
  }

  /** Whether there are scales for this tensor. */
  static boolean hasScales(SourceTensor tensor, Map<String, SourceTensor> all) {
    return names(tensor).anyMatch(all::containsKey);
  }

  private static Stream<String> names(SourceTensor tensor) {
    String name = tensor.name();
    Stream<String> ours = ENDS.stream().map(end -> name + end);
    return name.endsWith(".weight")
        ? Stream.concat(ours, Stream.of(name.replaceFirst("weight$", MISTRAL)))
        : ours;
  }

  /**
   * A weight that is code times scale, or (code - zero point) times scale.
   *
   * @param format for messages
   * @param block rows and columns that share a scale; 0 where it is not told
   */
  static Optional<PackedWeight> weight(
      SourceTensor tensor, Map<String, SourceTensor> all, String format, long... block) {
    Parts parts = new Parts(all, format, "");
    parts.required(tensor.name());
    String name = names(tensor).filter(all::containsKey).findFirst().orElse(null);
    SourceTensor scale =
        name == null ? parts.required(tensor.name() + "_scale") : parts.required(name);
    long[] shape = tensor.shape();
    Scales scales = Scales.over(parts, parts.floats(scale), shape, block);
    Optional<Scales> zeros =
        parts
            .optional(tensor.name() + "_zero_point")
            .map(zero -> Scales.over(parts, parts.typed(zero, ZEROS), shape, block));
    zeros.ifPresent(zero -> parts.shaped(zero.tensor(), scale.shape()));
    return parts.weight(
        Rows.tensor(
            tensor.name(),
            shape,
            1,
            arena -> {
              MemorySegment codes = tensor.read(arena);
              float[] value = Numbers.codes(tensor.type());
              Numbers scaling = scales.open(arena);
              Numbers zero = zeros.map(z -> z.open(arena)).orElse(null);
              int columns = Math.toIntExact(shape[shape.length - 1]);
              int width = scales.width();
              return (row, to) -> {
                long at = row * columns;
                long block0 = scales.row(row);
                for (int c = 0; c < columns; c += width) {
                  long n = block0 + c / width;
                  float s = scaling.get(n);
                  float z = zero == null ? 0 : zero.get(n);
                  int end = Math.min(columns, c + width);
                  for (int i = c; i < end; i++) {
                    to[i] = (value[codes.get(ValueLayout.JAVA_BYTE, at + i) & 0xff] - z) * s;
                  }
                }
              };
            }));
  }
}
