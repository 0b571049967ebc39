package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The table of quantized types that kernels on AVX2 read. */
final class RunCodes {
  private static final Map<GgmlType, RunCode> TABLE = new EnumMap<>(GgmlType.class);

  static {
    for (RunCode code :
        List.of(
            new RunNibbles(GgmlType.Q4_0, 2),
            new RunNibbles(GgmlType.Q4_1, 4),
            new RunFifthBits(GgmlType.Q5_0, 2),
            new RunFifthBits(GgmlType.Q5_1, 4),
            new RunQ8_0(),
            new RunQ2_K(),
            new RunQ3_K(),
            new RunQ4_K(),
            new RunQ5_K(),
            new RunQ6_K(),
            new RunIQ4_NL(),
            new RunIQ4_XS(),
            new RunMXFP4(),
            new RunTQ2_0(),
            new RunIQ2_XXS(),
            new RunIQ2_XS(),
            new RunIQ2_S(),
            new RunIQ3_XXS(),
            new RunIQ3_S(),
            new RunIQ1_S(),
            new RunIQ1_M(),
            new RunQ1_0(),
            new RunQ2_0(),
            new RunNVFP4())) {
      TABLE.put(code.type, code);
    }
  }

  private RunCodes() {}

  /** The code of a type, or null. */
  static RunCode find(GgmlType type) {
    return TABLE.get(type);
  }
}
