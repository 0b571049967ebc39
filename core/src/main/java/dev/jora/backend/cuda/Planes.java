package dev.jora.backend.cuda;

import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a matrix of a type lies on the device: field f of all its blocks, in the order of the blocks,
 * is plane f. So what a file holds at any byte is read there in words, and a field that a kernel
 * does not need is not fetched with the others. A stack of matrices is one matrix of all their
 * rows.
 *
 * @param type of the blocks
 * @param fields of a block, those of most bytes first, so that the kernels' {@code plane[f]} is
 *     that field
 */
public record Planes(GgmlType type, List<Field> fields) {
  /** The most planes of a type, as the kernels' structs have room for. */
  public static final int MOST = 5;

  /** What planes start at multiples of, the first of them given: a kernel's widest load. */
  public static final int ALIGNMENT = 16;

  private static final List<Planes> TABLE =
      List.of(
          planes(GgmlType.Q4_0, 2, 16, 0, 2), // qs, d
          planes(GgmlType.Q4_1, 4, 16, 0, 4), // qs, d and m
          planes(GgmlType.Q5_0, 6, 16, 2, 4, 0, 2), // qs, qh, d
          planes(GgmlType.Q5_1, 8, 16, 4, 4, 0, 4), // qs, qh, d and m
          planes(GgmlType.Q8_0, 2, 32, 0, 2), // qs, d
          planes(GgmlType.Q2_K, 16, 64, 0, 16, 80, 4), // qs, scales, d and dmin
          planes(GgmlType.Q3_K, 32, 64, 0, 32, 96, 12, 108, 2), // qs, hmask, scales, d
          planes(GgmlType.Q4_K, 16, 128, 0, 16), // qs, d and dmin and scales
          planes(GgmlType.Q5_K, 48, 128, 16, 32, 0, 16), // qs, qh, d and dmin and scales
          planes(GgmlType.Q6_K, 0, 128, 128, 64, 192, 16, 208, 2), // ql, qh, scales, d
          planes(GgmlType.IQ4_NL, 2, 16, 0, 2), // qs, d
          planes(GgmlType.IQ4_XS, 8, 128, 0, 8), // qs, d and both scales
          planes(GgmlType.MXFP4, 1, 16, 0, 1), // qs, e
          planes(GgmlType.NVFP4, 4, 32, 0, 4), // qs, scales
          planes(GgmlType.TQ1_0, 0, 48, 48, 4, 52, 2), // qs, qh, d
          planes(GgmlType.TQ2_0, 0, 64, 64, 2), // qs, d
          planes(GgmlType.Q1_0, 2, 16, 0, 2), // qs, d
          planes(GgmlType.Q2_0, 2, 16, 0, 2), // qs, d
          planes(GgmlType.IQ1_S, 2, 32, 34, 16, 0, 2), // qs, qh, d
          planes(GgmlType.IQ1_M, 0, 32, 32, 16, 48, 8), // qs, qh, scales
          planes(GgmlType.IQ2_XXS, 2, 64, 0, 2), // qs, d
          planes(GgmlType.IQ2_XS, 2, 64, 66, 8, 0, 2), // qs, scales, d
          planes(GgmlType.IQ2_S, 2, 32, 34, 32, 66, 8, 74, 8, 0, 2), // qs, signs, qh, scales, d
          planes(GgmlType.IQ3_XXS, 2, 64, 66, 32, 0, 2), // qs, signs, d
          planes(GgmlType.IQ3_S, 2, 64, 74, 32, 66, 8, 106, 4, 0, 2), // qs, signs, qh, scales, d
          planes(GgmlType.F32, 0, 4),
          planes(GgmlType.F16, 0, 2),
          planes(GgmlType.BF16, 0, 2));

  /**
   * Bytes of a block that stay together.
   *
   * @param offset in the block of the file
   * @param size bytes
   */
  public record Field(int offset, int size) {}

  private static final Map<GgmlType, Planes> BY_TYPE =
      TABLE.stream().collect(Collectors.toUnmodifiableMap(Planes::type, row -> row));

  private static Planes planes(GgmlType type, int... offsetsAndSizes) {
    Field[] fields = new Field[offsetsAndSizes.length / 2];
    for (int f = 0; f < fields.length; f++) {
      fields[f] = new Field(offsetsAndSizes[2 * f], offsetsAndSizes[2 * f + 1]);
    }
    return new Planes(type, List.of(fields));
  }

  /** All rows: one for each type of {@link BlockFormats}. */
  public static List<Planes> all() {
    return TABLE;
  }

  /** The planes of a type, if the kernels know it. */
  public static Optional<Planes> find(GgmlType type) {
    return Optional.ofNullable(BY_TYPE.get(type));
  }

  /** Bytes of a matrix of so many blocks on the device, a multiple of {@link #ALIGNMENT}. */
  public long bytes(long blocks) {
    return offset(fields.size(), blocks);
  }

  /**
   * Where the planes of a matrix are, {@link #MOST} of them; 0 for those that the type does not
   * have.
   *
   * @param matrix address of the first
   * @param blocks of the matrix
   */
  public long[] addresses(long matrix, long blocks) {
    long[] addresses = new long[MOST];
    for (int f = 0; f < fields.size(); f++) {
      addresses[f] = matrix + offset(f, blocks);
    }
    return addresses;
  }

  /** Where plane f starts. */
  private long offset(int f, long blocks) {
    long at = 0;
    for (Field field : fields.subList(0, f)) {
      long bytes = Math.multiplyExact(field.size(), blocks);
      at = Math.addExact(at, Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT);
    }
    return at;
  }
}
