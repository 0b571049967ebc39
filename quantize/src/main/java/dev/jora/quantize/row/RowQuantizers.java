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
        new Q6_K(arithmetic));
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
