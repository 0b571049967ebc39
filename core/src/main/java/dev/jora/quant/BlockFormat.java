package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;

/** How the blocks of one tensor type are laid out, and what their values are. */
public interface BlockFormat {
  /** The type this is the format of. */
  GgmlType type();

  /**
   * dst[i] = value i of the run of blocks at {@code offset}, for i in [0, n).
   *
   * @param n a multiple of {@link GgmlType#blockSize}
   */
  void dequantize(MemorySegment src, long offset, float[] dst, int dstOffset, int n);
}
