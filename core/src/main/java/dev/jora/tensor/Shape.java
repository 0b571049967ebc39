package dev.jora.tensor;

/**
 * Extents of a tensor in GGUF order: {@code ne0} is the length of a row (the fastest dimension),
 * {@code ne1} the number of rows, {@code ne2} the number of matrices (experts), {@code ne3} more of
 * them. Absent dimensions are 1; a scalar has none, and a tensor may be empty.
 *
 * @param dims number of dimensions the file states, 0 to 4
 */
public record Shape(int dims, long ne0, long ne1, long ne2, long ne3) {
  /** A shape of up to four extents. */
  public static Shape of(long... ne) {
    if (ne.length > 4) {
      throw new IllegalArgumentException("a tensor has 0 to 4 dimensions, not " + ne.length);
    }
    return new Shape(
        ne.length,
        ne.length > 0 ? ne[0] : 1,
        ne.length > 1 ? ne[1] : 1,
        ne.length > 2 ? ne[2] : 1,
        ne.length > 3 ? ne[3] : 1);
  }

  /** The extent of dimension {@code i}, 0 to 3. */
  public long ne(int i) {
    return switch (i) {
      case 0 -> ne0;
      case 1 -> ne1;
      case 2 -> ne2;
      case 3 -> ne3;
      default -> throw new IndexOutOfBoundsException(i);
    };
  }

  /** Number of rows of length {@link #ne0}. */
  public long rows() {
    return Math.multiplyExact(Math.multiplyExact(ne1, ne2), ne3);
  }

  /** Number of values. */
  public long elements() {
    return Math.multiplyExact(ne0, rows());
  }

  /** As the tools print it: {@code [576, 49152]}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < dims; i++) {
      text.append(i == 0 ? "" : ", ").append(ne(i));
    }
    return text.append(']').toString();
  }
}
