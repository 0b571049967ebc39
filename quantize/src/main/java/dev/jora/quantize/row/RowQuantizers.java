package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The table of row quantizers: one row per tensor type that jora can write. */
public final class RowQuantizers {
  private static final List<RowQuantizer> TABLE = table(Arithmetic::best);

  private static final Map<GgmlType, RowQuantizer> BY_TYPE = new EnumMap<>(GgmlType.class);

  static {
    TABLE.forEach(quantizer -> BY_TYPE.put(quantizer.type(), quantizer));
  }

  private RowQuantizers() {}

  /** The table, with arithmetic that quantizers ask for when they need it. */
  static List<RowQuantizer> table(Supplier<Arithmetic> arithmetic) {
    return List.of(
        new EncodedRows(GgmlType.F32),
        new EncodedRows(GgmlType.F16),
        new EncodedRows(GgmlType.BF16),
        new Block32(GgmlType.Q4_0, 4, false, arithmetic),
        new Block32(GgmlType.Q4_1, 4, true, arithmetic),
        new Block32(GgmlType.Q5_0, 5, false, arithmetic),
        new Block32(GgmlType.Q5_1, 5, true, arithmetic),
        new Q8_0(arithmetic),
        new Q2_K(arithmetic),
        new Q3_K(arithmetic),
        new Q4_K(arithmetic),
        new Q5_K(arithmetic),
        new Q6_K(arithmetic),
        new BlockRows(GgmlType.IQ4_NL, Importance.USED, IQ4_NL::new, arithmetic),
        new BlockRows(GgmlType.IQ4_XS, Importance.USED, IQ4_XS::new, arithmetic),
        new BlockRows(GgmlType.IQ3_S, Importance.USED, IQ3_S::new, arithmetic),
        new BlockRows(GgmlType.IQ3_XXS, Importance.EXPECTED, IQ3_XXS::new, arithmetic),
        new BlockRows(GgmlType.IQ2_S, Importance.EXPECTED, IQ2_S::new, arithmetic),
        new BlockRows(GgmlType.IQ2_XS, Importance.REQUIRED, IQ2_XS::new, arithmetic),
        new BlockRows(GgmlType.IQ2_XXS, Importance.REQUIRED, IQ2_XXS::new, arithmetic),
        new BlockRows(GgmlType.IQ1_M, Importance.EXPECTED, IQ1_M::new, arithmetic),
        new BlockRows(GgmlType.IQ1_S, Importance.REQUIRED, IQ1_S::new, arithmetic),
        new BlockRows(GgmlType.TQ1_0, TQ1_0::new),
        new BlockRows(GgmlType.TQ2_0, TQ2_0::new),
        new BlockRows(GgmlType.MXFP4, MXFP4::new),
        new BlockRows(GgmlType.Q1_0, Q1_0::new),
        new BlockRows(GgmlType.Q2_0, Q2_0::new));
  }

  /** All rows. */
  public static List<RowQuantizer> all() {
    return TABLE;
  }

  /** The quantizer of a type, if there is one. */
  public static Optional<RowQuantizer> find(GgmlType type) {
    return Optional.ofNullable(BY_TYPE.get(type));
  }
}
