package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The table of block formats: one row per tensor type that jora can decode. */
public final class BlockFormats {
  private static final List<BlockFormat> TABLE =
      List.of(
          new F32(),
          new F16(),
          new BF16(),
          new Q4_0(),
          new Q4_1(),
          new Q5_0(),
          new Q5_1(),
          new Q8_0(),
          new Q2_K(),
          new Q3_K(),
          new Q4_K(),
          new Q5_K(),
          new Q6_K(),
          new IQ4_NL(),
          new IQ4_XS(),
          new TQ1_0(),
          new TQ2_0(),
          new MXFP4(),
          new IQ2_XXS(),
          new IQ2_XS(),
          new IQ2_S(),
          new IQ3_XXS(),
          new IQ3_S(),
          new IQ1_S(),
          new IQ1_M(),
          new Q1_0(),
          new Q2_0(),
          new NVFP4());

  private static final Map<GgmlType, BlockFormat> BY_TYPE = new EnumMap<>(GgmlType.class);

  static {
    TABLE.forEach(format -> BY_TYPE.put(format.type(), format));
  }

  private BlockFormats() {}

  /** All rows. */
  public static List<BlockFormat> all() {
    return TABLE;
  }

  /** The format of a type, if there is one. */
  public static Optional<BlockFormat> find(GgmlType type) {
    return Optional.ofNullable(BY_TYPE.get(type));
  }

  /**
   * The format of a type.
   *
   * @throws UnsupportedTypeException if there is none yet
   */
  public static BlockFormat of(GgmlType type) {
    return find(type)
        .orElseThrow(
            () ->
                new UnsupportedTypeException(
                    type,
                    TABLE.stream().map(f -> f.type().name()).collect(Collectors.joining(", "))));
  }

  /**
   * The wanted type if rows of ne0 values divide into its blocks, or the one that quantizers take
   * in its place, if there is one.
   */
  public static Optional<GgmlType> fitting(GgmlType wanted, long ne0) {
    if (ne0 % wanted.blockSize() == 0) {
      return Optional.of(wanted);
    }
    GgmlType smaller =
        switch (wanted) {
          case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_XS -> GgmlType.IQ4_NL;
          case Q2_K, Q3_K, TQ1_0, TQ2_0, Q2_0 -> GgmlType.Q4_0;
          case Q4_K -> GgmlType.Q5_0;
          case Q5_K -> GgmlType.Q5_1;
          case Q6_K -> GgmlType.Q8_0;
          default -> wanted;
        };
    if (smaller.blockSize() > 32) {
      return Optional.empty();
    }
    return Optional.of(ne0 % smaller.blockSize() == 0 ? smaller : GgmlType.F16);
  }

  /** The encoder of a type, if core has one: the types of the KV cache, F32, F16, BF16, Q8_0. */
  public static Optional<BlockEncoder> findEncoder(GgmlType type) {
    return find(type).filter(BlockEncoder.class::isInstance).map(BlockEncoder.class::cast);
  }
}
