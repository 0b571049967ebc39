package dev.jora.backend.cpu;

import dev.jora.backend.Buffer;
import java.lang.foreign.MemorySegment;

/**
 * Activations in native memory.
 *
 * @param offset byte offset of row 0 in {@code data}
 * @param stride floats from one row to the next
 */
record CpuBuffer(MemorySegment data, long offset, int rows, int cols, int stride)
    implements Buffer {
  /** All of {@code data}, dense. */
  CpuBuffer(MemorySegment data, int rows, int cols) {
    this(data, 0, rows, cols, cols);
  }

  /** Byte offset of a row. */
  long row(int i) {
    return offset + 4L * stride * i;
  }

  boolean isDense() {
    return stride == cols;
  }

  @Override
  public CpuBuffer columns(int from, int count) {
    if (from < 0 || count < 1 || from + count > cols) {
      throw new IndexOutOfBoundsException(
          "columns " + from + " to " + (from + count) + " of " + cols);
    }
    return new CpuBuffer(data, offset + 4L * from, rows, count, stride);
  }

  @Override
  public CpuBuffer rows(int from, int count) {
    if (from < 0 || count < 1 || from + count > rows) {
      throw new IndexOutOfBoundsException("rows " + from + " to " + (from + count) + " of " + rows);
    }
    return new CpuBuffer(data, row(from), count, cols, stride);
  }

  /** A buffer of this backend. */
  static CpuBuffer of(Buffer buffer) {
    return (CpuBuffer) buffer;
  }
}
