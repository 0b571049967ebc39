package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The table of quantized types that assembled kernels read. */
final class BlockCodes {
  private static final Map<GgmlType, BlockCode> TABLE = new EnumMap<>(GgmlType.class);

  static {
    for (BlockCode code :
        List.of(
            new CodeQ4_0(),
            new CodeQ4_1(),
            new CodeQ5_0(),
            new CodeQ5_1(),
            new CodeQ8_0(),
            new CodeQ2_K(),
            new CodeQ3_K(),
            new CodeQ4_K(),
            new CodeQ5_K(),
            new CodeQ6_K(),
            new CodeIQ4_NL(),
            new CodeIQ4_XS(),
            new CodeMXFP4(),
            new CodeTQ1_0(),
            new CodeTQ2_0(),
            new CodeIQ2_XXS(),
            new CodeIQ2_XS(),
            new CodeIQ2_S(),
            new CodeIQ3_XXS(),
            new CodeIQ3_S(),
            new CodeIQ1_S(),
            new CodeIQ1_M(),
            new CodeQ1_0(),
            new CodeQ2_0(),
            new CodeNVFP4())) {
      TABLE.put(code.type, code);
    }
  }

  private BlockCodes() {}

  /** The code of a type, or null. */
  static BlockCode find(GgmlType type) {
    return TABLE.get(type);
  }
}
