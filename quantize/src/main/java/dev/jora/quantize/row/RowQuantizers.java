package dev.jora.quantize.row;

import dev.jora.tensor.GgmlType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table of row quantizers: one row per tensor type that jora can write. */
public final class RowQuantizers {
  private static final List<RowQuantizer> TABLE =
      List.of(
          new EncodedRows(GgmlType.F32),
          new EncodedRows(GgmlType.F16),
          new EncodedRows(GgmlType.BF16),
          new EncodedRows(GgmlType.Q8_0));

  private static final Map<GgmlType, RowQuantizer> BY_TYPE = new EnumMap<>(GgmlType.class);

  static {
    TABLE.forEach(quantizer -> BY_TYPE.put(quantizer.type(), quantizer));
  }

  private RowQuantizers() {}

  /** All rows. */
  public static List<RowQuantizer> all() {
    return TABLE;
  }

  /** The quantizer of a type, if there is one. */
  public static Optional<RowQuantizer> find(GgmlType type) {
    return Optional.ofNullable(BY_TYPE.get(type));
  }
}
