package dev.jora.convert.source;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A named tensor of a checkpoint. Its elements come row-major, little-endian, without gaps. */
public interface SourceTensor {
  /** Its name, as the checkpoint has it. */
  String name();

  /** What its elements are. */
  ElementType type();

  /** Extents, the outermost first, as PyTorch writes them; empty for a scalar. */
  long[] shape();

  /**
   * Its bytes: a part of the mapped file where they lie there as they should be, else made in
   * {@code arena}. The first one's address is a multiple of an element's size.
   *
   * @throws SourceException if they cannot be made
   */
  MemorySegment read(Arena arena);

  /** Number of its elements. */
  default long elements() {
    long n = 1;
    for (long extent : shape()) {
      n = Math.multiplyExact(n, extent);
    }
    return n;
  }
}
