package dev.jora.convert.packed;

import dev.jora.convert.source.SourceTensor;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * Scales of a weight, each for a block of it: along every dimension there is one for all, or one
 * for each element, or one for so many as the configuration says.
 *
 * @param tensor the scales
 * @param block extents of a block: matrix, rows, columns
 * @param counts how many blocks there are along each
 * @param rows of a matrix
 */
record Scales(SourceTensor tensor, long[] block, long[] counts, long rows) {
  /**
   * Lays scales over a weight.
   *
   * @param shape of the weight, at most three dimensions
   * @param told extents of blocks along the last two; 0 where nothing is told
   * @throws dev.jora.convert.source.SourceException if they do not fit
   */
  static Scales over(Parts parts, SourceTensor scales, long[] shape, long... told) {
    int rank = shape.length;
    long[] given = scales.shape();
    if (rank < 1 || rank > 3 || given.length > rank) {
      throw parts.unfit(scales, expected(shape, told));
    }
    // [o] is [o, 1], and a weight of two dimensions is a stack of one matrix.
    long[] counts = {1, 1, 1};
    System.arraycopy(given, 0, counts, 3 - rank, given.length);
    long[] extents = {1, 1, 1};
    System.arraycopy(shape, 0, extents, 3 - rank, rank);
    long[] blocks = {0, told[0], told[1]};
    boolean one = scales.elements() == 1;
    long[] block = new long[3];
    for (int d = 0; d < 3; d++) {
      if (one || blocks[d] == 0 && counts[d] == 1) {
        block[d] = extents[d];
      } else if (blocks[d] == 0 && counts[d] == extents[d]) {
        block[d] = 1;
      } else if (blocks[d] > 0 && counts[d] == Parts.ceil(extents[d], blocks[d])) {
        block[d] = blocks[d];
      } else {
        throw parts.unfit(scales, expected(shape, told));
      }
    }
    if (block[1] == 1 && block[2] == 1 && !one) {
      throw parts.unfit(scales, expected(shape, told)); // one for each element
    }
    return new Scales(scales, block, counts, extents[1]);
  }

  private static String expected(long[] shape, long[] told) {
    if (shape.length < 2) {
      return "one element";
    }
    long o = shape[shape.length - 2];
    long i = shape[shape.length - 1];
    return told[0] + told[1] > 0
        ? "shape [%d, %d] for a weight of shape %s"
            .formatted(
                told[0] > 0 ? Parts.ceil(o, told[0]) : o,
                told[1] > 0 ? Parts.ceil(i, told[1]) : 1,
                Arrays.toString(shape))
        : "shape [1] or [%d, 1] for a weight of shape %s".formatted(o, Arrays.toString(shape));
  }

  /** Columns that share a scale. */
  int width() {
    return Math.toIntExact(block[2]);
  }

  /** Where the scales of a row begin, if rows of all matrices are counted on. */
  long row(long row) {
    long matrix = row / rows;
    return (matrix / block[0] * counts[1] + row % rows / block[1]) * counts[2];
  }

  /** Their values. */
  Numbers open(Arena arena) {
    return new Numbers(tensor, arena);
  }
}
