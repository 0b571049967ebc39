package dev.jora.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Rows of floats in native memory.
 *
 * @param offset byte offset of row 0 in {@code data}
 * @param stride floats from one row to the next
 */
public record Floats(MemorySegment data, long offset, int rows, int cols, int stride) {
  /** Checks the shape, not the memory. */
  public Floats {
    if (rows < 0 || cols < 0 || stride < cols && rows > 1) {
      throw new IllegalArgumentException(
          "no matrix: " + rows + " rows of " + cols + " floats, " + stride + " floats apart");
    }
  }

  /** Rows one behind the other. */
  public Floats(MemorySegment data, long offset, int rows, int cols) {
    this(data, offset, rows, cols, cols);
  }

  /** Byte offset of a row. */
  long row(int i) {
    return offset + 4L * stride * i;
  }

  /** The address of the first value, all of them within the segment. */
  long address() {
    return columns(0, cols);
  }

  /** The address of the first of columns [from, to) of all rows, likewise. */
  long columns(int from, int to) {
    Objects.checkFromToIndex(from, to, cols);
    long bytes = rows == 0 ? 0 : 4 * ((rows - 1L) * stride + to - from);
    return Segments.address(data, offset + 4L * from, bytes);
  }
}
