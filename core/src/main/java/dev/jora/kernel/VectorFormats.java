package dev.jora.kernel;

import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.util.EnumMap;
import java.util.Map;

/** The table of types that vector kernels decode; all others are decoded in plain Java. */
final class VectorFormats {
  private static final Map<GgmlType, VectorFormat> TABLE = new EnumMap<>(GgmlType.class);

  static {
    add(new VectorF32());
    add(new VectorF16());
    add(new VectorBF16());
    add(new VectorQ4_0());
    add(new VectorQ4_1());
    add(new VectorQ5_0());
    add(new VectorQ5_1());
    add(new VectorQ8_0());
    add(new VectorQ2_K());
    add(new VectorQ3_K());
    add(new VectorQ4_K());
    add(new VectorQ5_K());
    add(new VectorQ6_K());
    add(new VectorIQ4_NL());
    add(new VectorIQ4_XS());
    add(new VectorTQ1_0());
    add(new VectorTQ2_0());
    add(new VectorMXFP4());
    add(new VectorIQ2_XXS());
    add(new VectorIQ2_XS());
    add(new VectorIQ2_S());
    add(new VectorIQ3_XXS());
    add(new VectorIQ3_S());
    add(new VectorIQ1_S());
    add(new VectorIQ1_M());
    add(new VectorQ1_0());
    add(new VectorQ2_0());
    add(new VectorNVFP4());
    for (GgmlType type : GgmlType.values()) {
      BlockFormats.find(type).ifPresent(format -> TABLE.putIfAbsent(type, plain(format)));
    }
  }

  private VectorFormats() {}

  private static void add(VectorFormat format) {
    TABLE.put(format.type(), format);
  }

  private static VectorFormat plain(BlockFormat format) {
    return new VectorPlain(format);
  }

  static boolean contains(GgmlType type) {
    return TABLE.containsKey(type);
  }

  /**
   * The format of a type.
   *
   * @throws IllegalArgumentException if there is none
   */
  static VectorFormat of(GgmlType type) {
    VectorFormat format = TABLE.get(type);
    if (format == null) {
      throw new IllegalArgumentException("there are no vector kernels for weights of " + type);
    }
    return format;
  }
}
