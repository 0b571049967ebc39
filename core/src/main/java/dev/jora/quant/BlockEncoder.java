package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/**
 * Writes floats as the blocks of one tensor type by plain rounding, bit for bit as llama.cpp does
 * without an importance matrix.
 */
public interface BlockEncoder {
  /** The type this writes. */
  GgmlType type();

  /** The block at {@code at} = the {@link GgmlType#blockSize} floats from {@code src[from]} on. */
  void encodeBlock(float[] src, int from, MemorySegment dst, long at);

  /**
   * The run of blocks at {@code offset} = src[srcOffset + i], for i in [0, n).
   *
   * @param n a multiple of {@link GgmlType#blockSize}
   */
  default void quantize(float[] src, int srcOffset, MemorySegment dst, long offset, int n) {
    type().rowBytes(n); // n must be whole blocks
    long at = offset;
    for (int i = 0; i < n; i += type().blockSize()) {
      encodeBlock(src, srcOffset + i, dst, at);
      at += type().blockBytes();
    }
  }
}
