package dev.jora.kernel;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * Rows of a tensor type, one behind the other: keys or values of a KV cache.
 *
 * @param offset byte offset of row 0 in {@code data}
 */
public record Stored(GgmlType type, MemorySegment data, long offset, int rows, int cols) {
  /** The address of the first row, as many bytes as {@code count} of them have in the segment. */
  long address(int count) {
    return Segments.address(data, offset, count * type.rowBytes(cols));
  }
}
