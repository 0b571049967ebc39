package dev.jora.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** The check at the entry of kernels: below it there are only addresses. */
final class Segments {
  private Segments() {}

  /**
   * The address of {@code bytes} bytes of a segment, all of them within its bounds.
   *
   * @throws IndexOutOfBoundsException if they are not
   * @throws IllegalArgumentException if the segment is on the heap
   * @throws IllegalStateException if its arena is closed
   */
  static long address(MemorySegment segment, long offset, long bytes) {
    Objects.checkFromIndexSize(offset, bytes, segment.byteSize());
    if (!segment.isNative()) {
      throw new IllegalArgumentException(
          "kernels read native memory only: allocate the segment in an Arena");
    }
    if (!segment.scope().isAlive()) {
      throw new IllegalStateException("the segment's arena is closed");
    }
    return segment.address() + offset;
  }

  /** The address of n floats at offset 0, or 0 for null. */
  static long vector(MemorySegment segment, int n) {
    return segment == null ? 0 : address(segment, 0, 4L * n);
  }
}
