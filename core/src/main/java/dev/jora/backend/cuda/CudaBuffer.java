package dev.jora.backend.cuda;

import dev.jora.backend.Buffer;

/**
 * Activations in a device's memory.
 *
 * @param address of row 0
 * @param stride floats from one row to the next
 */
record CudaBuffer(long address, int rows, int cols, int stride) implements Buffer {
  /** A buffer of this backend. */
  static CudaBuffer of(Buffer buffer) {
    return (CudaBuffer) buffer;
  }

  /** True if the first rows of both are the same memory. */
  boolean isSameRows(CudaBuffer other) {
    return address == other.address && stride == other.stride && cols == other.cols;
  }

  /** True unless they are sure to have nothing in common. */
  boolean overlaps(CudaBuffer other) {
    return address < other.end() && other.address < end();
  }

  private long end() {
    return address + 4L * ((rows - 1L) * stride + cols);
  }

  long row(int i) {
    return address + 4L * stride * i;
  }

  @Override
  public CudaBuffer columns(int from, int count) {
    if (from < 0 || count < 1 || from + count > cols) {
      throw new IndexOutOfBoundsException(
          "columns " + from + " to " + (from + count) + " of " + cols);
    }
    return new CudaBuffer(address + 4L * from, rows, count, stride);
  }

  @Override
  public CudaBuffer rows(int from, int count) {
    if (from < 0 || count < 1 || from + count > rows) {
      throw new IndexOutOfBoundsException("rows " + from + " to " + (from + count) + " of " + rows);
    }
    return new CudaBuffer(row(from), count, cols, stride);
  }
}
