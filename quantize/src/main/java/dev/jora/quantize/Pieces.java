package dev.jora.quantize;

import dev.jora.tensor.Shape;

/**
 * How a tensor is cut for threads: whole rows, no piece reaching from one matrix (expert) into the
 * next, since each has importance of its own.
 *
 * @param rows of a matrix
 * @param rowsEach of a piece; the last of a matrix may have fewer
 * @param perMatrix pieces of a matrix
 * @param count pieces in all
 */
record Pieces(long rows, int rowsEach, int perMatrix, int count) {
  /** Pieces of about {@code values} values, at least a row. */
  static Pieces of(Shape shape, int values) {
    long rows = shape.ne1();
    int each = (int) Math.clamp(values / Math.max(1, shape.ne0()), 1, Math.max(1, rows));
    int perMatrix = Math.toIntExact((rows + each - 1) / each);
    int count = Math.toIntExact(Math.multiplyExact(perMatrix, shape.ne2() * shape.ne3()));
    return new Pieces(rows, each, perMatrix, count);
  }

  int matrix(int piece) {
    return piece / perMatrix;
  }

  /** The first row of a piece, counted over all matrices. */
  long firstRow(int piece) {
    return matrix(piece) * rows + (long) (piece % perMatrix) * rowsEach;
  }

  int rowsOf(int piece) {
    return (int) (firstRow(piece + 1) - firstRow(piece));
  }
}
